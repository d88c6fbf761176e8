import { workflowBranch } from '../../access/trust.ts'
import { count, firstFew, plain } from '../../base/printable.ts'
import { type Environments, mainBranch } from '../../catalogue/environments.ts'
import { longestDeploy } from '../../catalogue/longest-deploy.ts'
import { type DoctorCheck, fails, judge, type Look, passes, warns } from '../check.ts'
import { checkAnnouncing } from './announcing.ts'
import type { WorkflowFile } from './file.ts'
import { checkTimes } from './times.ts'

/** A workflow of Waybill's, or what is wrong with it. */
export type WorkflowSeen = { readonly file: string; readonly workflow: Look<WorkflowFile> }

/** Waybill's workflows, and the file names of all workflows. */
export type WorkflowsSeen = { readonly seen: readonly WorkflowSeen[]; readonly files: readonly string[] }

type Named = readonly [file: string, WorkflowFile]

/** Checks that the workflows agree with environments.json and last as long as the services' strategies; without workflows there is nothing to check. */
export function checkWorkflowFiles(
  { seen, files }: WorkflowsSeen,
  environments: Look<Environments>,
  services: Parameters<typeof longestDeploy>[0],
): DoctorCheck[] {
  if (seen.length === 0) return []
  const good = seen.flatMap(({ file, workflow }): Named[] =>
    'value' in workflow ? [[file, workflow.value]] : [],
  )
  const compare = (title: string, look: (wanted: Environments) => DoctorCheck) =>
    judge(title, environments, look)
  return [
    ...seen.flatMap(({ file, workflow }) => {
      const title = `workflow ${plain(file, 60)}`
      return 'value' in workflow ? [] : [judge(title, workflow, () => passes(title, ''))]
    }),
    compare('workflow calls', wanted => checkCalls(good, files, wanted)),
    compare('workflow branch', wanted => checkBranch(good, mainBranch(wanted))),
    compare('build branches', wanted => checkBuilds(good, wanted.releaseBranches)),
    compare('workflow environments', wanted => checkChoices(good, Object.keys(wanted.environments))),
    compare('rollout times', wanted => checkTimes(good, longestDeploy(services, wanted.environments))),
    ...('value' in environments ? checkAnnouncing(good, environments.value) : []),
  ]
}

const reusable = /^(?:release|bring|pin|deploy)-run\.yml$/

function checkCalls(workflows: readonly Named[], files: readonly string[], wanted: Environments) {
  const title = 'workflow calls'
  const branch = workflowBranch(wanted)
  const trusted = wanted.github?.repository
  const calls = workflows.flatMap(([file, { calls: own }]) =>
    own
      .filter(({ called, repository }) => reusable.test(called) || repository === trusted)
      .map(call => ({ file, ...call })),
  )
  const named = [...new Set(calls.map(({ repository }) => repository ?? './'))]
  const repository = trusted ?? (named.length === 1 && named[0] !== './' ? named[0] : undefined)
  const wrong = calls.filter(call => call.repository !== repository || call.branch !== branch)
  if (calls.length === 0) return passes(title, 'none')
  if (repository === undefined)
    return fails(
      title,
      `are to ${named.map(name => plain(name, 80)).join(' and ')}, but all must name one repository, in full`,
      'Add "github": { "repository": "<owner>/<name>" } to cdktf/environments.json, then make doctor shows how to write the calls.',
    )
  if (wrong.length > 0)
    return fails(
      title,
      `must be to ${plain(repository)} at ${branch}: ${listed(wrong.map(printCall))}`,
      trusted === undefined ? `Write @${branch} there.` : rewriteCalls(trusted, branch),
    )
  const absent = calls.filter(({ called }) => !files.includes(called))
  if (absent.length > 0)
    return fails(
      title,
      `name a file that .github/workflows does not have: ${listed(absent.map(printCall))}`,
      'Copy the file from Waybill, or correct its name.',
    )
  const says = `${count(calls.length, 'call')} to ${plain(repository)} at ${branch}`
  if (trusted === undefined)
    return warns(
      title,
      `${says}; environments.json has no github, so make bootstrap creates no roles for them`,
      'Add "github": { "repository": "<owner>/<name>" } to cdktf/environments.json; docs/access.md says what comes next.',
    )
  return passes(title, says)
}

function printCall(call: {
  file: string
  repository: string | undefined
  called: string
  branch: string | undefined
}) {
  const { file, repository = '.', called, branch } = call
  const at = branch === undefined ? '' : `@${branch}`
  return `${file} calls ${repository}/.github/workflows/${called}${at}`
}

// The present text of a call is not trusted, and does not go into a command.
function rewriteCalls(repository: string, branch: string): string {
  return `sed -i.bak -E 's#uses: .*/((release|bring|pin|deploy)-run\\.yml).*#uses: ${repository}/.github/workflows/\\1@${branch}#' .github/workflows/*.yml && rm .github/workflows/*.bak`
}

function checkBranch(workflows: readonly Named[], main: string): DoctorCheck {
  const title = 'workflow branch'
  const refs = workflows.flatMap(([file, { refs: own, isCalled }]) =>
    own
      .filter(ref => (ref === undefined ? isCalled : ref !== main))
      .map(ref => `${file} checks out ${ref ?? 'what started it'}`),
  )
  const bases = workflows.flatMap(([file, { bases: own }]) =>
    own.filter(base => base !== main).map(base => `${file} opens pull requests for ${base}`),
  )
  if (refs.length + bases.length === 0) return passes(title, `jobs with roles work on ${main}`)
  const edits = [
    ...(refs.length > 0 ? [`ref: ${main} below "with:" of each actions/checkout`] : []),
    ...(bases.length > 0 ? [`--base ${main} in each gh pr`] : []),
  ]
  return fails(
    title,
    `pins and scripts must come from ${main}: ${listed([...refs, ...bases])}`,
    `Write ${edits.join(', and ')} there.`,
  )
}

function checkBuilds(workflows: readonly Named[], branches: readonly string[]): DoctorCheck {
  const title = 'build branches'
  const builds = workflows.flatMap(([file, { builds: own }]) => (own === undefined ? [] : [{ file, own }]))
  if (builds.length === 0) return passes(title, 'no workflow builds on push')
  const wrong = builds.filter(({ own }) => !areSame(own, branches))
  if (wrong.length === 0) return passes(title, branches.join(', '))
  return fails(
    title,
    `releases come from ${branches.join(', ')}: ${listed(wrong.map(({ file, own }) => `${file} builds ${own.join(', ')}`))}`,
    `Write ${yamlList('branches', branches)} below "push:" there, or correct releaseBranches in cdktf/environments.json.`,
  )
}

function checkChoices(workflows: readonly Named[], names: readonly string[]): DoctorCheck {
  const title = 'workflow environments'
  const asking = workflows.flatMap(([file, { choices }]) =>
    choices === undefined ? [] : [{ file, choices }],
  )
  const wrong = asking.filter(({ choices }) => !areSame(choices, names))
  if (wrong.length === 0)
    return passes(title, asking.length === 0 ? 'no workflow asks for one' : names.join(', '))
  return fails(
    title,
    `environments.json has ${names.join(', ') || 'none'}: ${listed(wrong.map(({ file, choices }) => `${file} offers ${choices.join(', ') || 'none'}`))}`,
    `Write ${yamlList('options', names)} below "environment:" there.`,
  )
}

// In a YAML list, a leading `*` starts an alias.
function yamlList(key: string, values: readonly string[]): string {
  return `${key}: [${values.map(value => (/^[\w/-]/.test(value) ? value : `'${value}'`)).join(', ')}]`
}

function areSame(some: readonly string[], others: readonly string[]): boolean {
  return new Set(some).symmetricDifference(new Set(others)).size === 0
}

function listed(faults: readonly string[]): string {
  return firstFew(
    [...new Set(faults)].map(fault => plain(fault, 160)),
    '; ',
  )
}
