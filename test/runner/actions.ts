import { rm } from 'node:fs/promises'
import type { ActiveJob } from './context.ts'
import { tokens } from './hooks.ts'
import { runGroup } from './shell.ts'

type Inputs = Readonly<Record<string, string>>
type Outcome = { readonly outputs?: Record<string, string>; readonly log?: string }
type StandIn = {
  readonly required: readonly string[]
  readonly optional: readonly string[]
  run(job: ActiveJob, inputs: Inputs): Promise<Outcome>
}

/** Stand-ins for third-party actions, each with the inputs of the real one that Waybill's workflows use. */
const standIns: Readonly<Record<string, StandIn>> = {
  'actions/checkout': {
    required: ['persist-credentials'],
    optional: ['ref', 'fetch-depth', 'filter', 'submodules', 'lfs'],
    run: checkout,
  },
  'aws-actions/configure-aws-credentials': {
    required: ['role-to-assume', 'aws-region'],
    optional: ['role-session-name', 'role-duration-seconds'],
    async run({ setting, variables }, inputs) {
      const role = inputs['role-to-assume'] as string
      if (!/^[\w+=,.@-]{2,64}$/.test(inputs['role-session-name'] ?? 'GitHubActions'))
        throw new Error('STS would refuse the name of the session')
      const seconds = Number(inputs['role-duration-seconds'] ?? 3600)
      if (!(seconds >= 900 && seconds <= 43_200))
        throw new Error('STS would refuse how long the session lasts')
      const region = inputs['aws-region'] as string
      Object.assign(variables, await setting.credentials(role), { AWS_REGION: region })
      return { log: `assumed ${role}` }
    },
  },
  'hashicorp/setup-terraform': {
    required: ['terraform_version', 'terraform_wrapper'],
    optional: [],
    run: async () => ({ log: 'terraform is on this machine' }),
  },
  'actions/attest': {
    required: ['subject-name', 'subject-digest'],
    optional: ['push-to-registry'],
    async run(_, inputs) {
      const digest = inputs['subject-digest'] ?? ''
      if (!/^sha256:[0-9a-f]{64}$/.test(digest)) throw new Error(`${digest} is not a digest`)
      return { log: `attested ${inputs['subject-name']} ${digest}` }
    },
  },
  'actions/setup-node': {
    required: ['node-version'],
    optional: ['package-manager-cache'],
    run: async () => ({ log: 'Node is on this machine' }),
  },
  'actions/create-github-app-token': {
    required: ['client-id', 'private-key'],
    optional: ['permission-contents', 'permission-pull-requests'],
    run: async () => ({ outputs: { token: tokens.app } }),
  },
}

/** The inputs of an action; undefined if Waybill's workflows do not use it. */
export function inputsOf(
  action: string,
): { required: readonly string[]; known: readonly string[] } | undefined {
  const standIn = Object.hasOwn(standIns, action) ? standIns[action] : undefined
  if (standIn === undefined) return undefined
  return { required: standIn.required, known: [...standIn.required, ...standIn.optional] }
}

/** Runs the stand-in for an action. Throws if the action is not pinned, is unknown or gets other inputs. */
export async function useAction(job: ActiveJob, uses: string, inputs: Inputs): Promise<Outcome> {
  const [, action = '', pin] = /^([^@]+)@(.*)$/.exec(uses) ?? []
  if (pin === undefined || !/^[0-9a-f]{40}$/.test(pin)) throw new Error(`${uses} is not pinned to a commit`)
  const standIn = standIns[action]
  const known = inputsOf(action)
  if (standIn === undefined || known === undefined) throw new Error(`the runner does not know ${action}`)
  const unknown = Object.keys(inputs).filter(name => !known.known.includes(name))
  const missing = known.required.filter(name => !inputs[name])
  if (unknown.length > 0 || missing.length > 0)
    throw new Error(`${action}: inputs unknown: ${unknown.join(', ')}; missing: ${missing.join(', ')}`)
  return await standIn.run(job, inputs)
}

async function checkout({ setting, github, workspace }: ActiveJob, inputs: Inputs): Promise<Outcome> {
  const { remote, env, signal } = setting
  const depth = Number(inputs['fetch-depth'] ?? 1)
  const git = async (cwd: string, ...args: string[]) => {
    const { code, log } = await runGroup('git', args, { cwd, env, signal })
    if (code !== 0) throw new Error(`git ${args.join(' ')}: ${log}`)
  }
  await rm(workspace, { recursive: true, force: true })
  // A clone from a path is linked and complete; only one from a URL is shallow or leaves something out.
  const less = [
    ...(depth === 0 ? [] : [`--depth=${depth}`, '--no-single-branch']),
    ...(inputs.filter ? [`--filter=${inputs.filter}`] : []),
  ]
  if (inputs.filter) await git(remote, 'config', 'uploadpack.allowFilter', 'true')
  const from = less.length === 0 ? [remote] : [...less, `file://${remote}`]
  await git(setting.folder, 'clone', '--quiet', '--no-checkout', ...from, workspace)
  if (inputs.ref) await git(workspace, 'checkout', '--quiet', inputs.ref)
  else await git(workspace, 'checkout', '--quiet', '--detach', github.sha)
  if (inputs.submodules === 'recursive')
    await git(
      workspace,
      '-c',
      'protocol.file.allow=always',
      'submodule',
      'update',
      '--quiet',
      '--init',
      '--recursive',
    )
  return { log: `checked out ${inputs.ref || github.sha}` }
}
