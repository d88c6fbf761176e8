import { workflowBranch } from '../../access/trust.ts'
import { count, plain } from '../../base/printable.ts'
import { type Environments, mainBranch } from '../../catalogue/environments.ts'
import { type DoctorCheck, failed, judge, type Look, ok, warning } from '../check.ts'
import type { WorkflowFile } from './file.ts'

/** A file of `.github/workflows` that is Waybill's, or what is wrong with it. */
export type WorkflowSeen = { readonly file: string; readonly workflow: Look<WorkflowFile> }

/** The workflows, and the name of every one that is there, also of other ones. */
export type WorkflowsSeen = { readonly seen: readonly WorkflowSeen[]; readonly files: readonly string[] }

type Named = readonly [file: string, WorkflowFile]

/** Checks that the workflows name what environments.json names; where there are none, there is nothing to check. */
export function checkWorkflowFiles(
  { seen, files }: WorkflowsSeen,
  environments: Look<Environments>,
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
      return 'value' in workflow ? [] : [judge(title, workflow, () => ok(title, ''))]
    }),
    compare('workflow calls', wanted => checkCalls(good, files, wanted)),
    compare('workflow branch', wanted => checkBranch(good, mainBranch(wanted))),
    compare('build branches', wanted => checkBuilds(good, wanted.releaseBranches)),
    compare('workflow environments', wanted => checkChoices(good, Object.keys(wanted.environments))),
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
  if (calls.length === 0) return ok(title, 'there are none')
  if (repository === undefined)
    return failed(
      title,
      `name ${named.map(name => plain(name, 80)).join(' and ')}, and have to name one repository, in full`,
      'Add "github": { "repository": "<owner>/<name>" } to cdktf/environments.json, then make doctor says how to write it.',
    )
  if (wrong.length > 0)
    return failed(
      title,
      `have to be of ${plain(repository)} at ${branch}: ${listed(wrong.map(printCall))}`,
      trusted === undefined ? `Write @${branch} there.` : rewriteCalls(trusted, branch),
    )
  const absent = calls.filter(({ called }) => !files.includes(called))
  if (absent.length > 0)
    return failed(
      title,
      `there is no such file in .github/workflows: ${listed(absent.map(printCall))}`,
      'Take it from Waybill, or correct the name.',
    )
  const says = `${count(calls.length, 'call')} of ${plain(repository)} at ${branch}`
  if (trusted === undefined)
    return warning(
      title,
      `${says}; environments.json has no github, so make bootstrap makes no role for them`,
      'Add "github": { "repository": "<owner>/<name>" } to cdktf/environments.json; docs/access.md says what follows.',
    )
  return ok(title, says)
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

// What stands there now is somebody's text, and is not put into a command.
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
  if (refs.length + bases.length === 0) return ok(title, `what has rights works on ${main}`)
  const edits = [
    ...(refs.length > 0 ? [`ref: ${main} below "with:" of each actions/checkout`] : []),
    ...(bases.length > 0 ? [`--base ${main} in each gh pr`] : []),
  ]
  return failed(
    title,
    `pins and scripts are those of ${main}: ${listed([...refs, ...bases])}`,
    `Write ${edits.join(', and ')} there.`,
  )
}

function checkBuilds(workflows: readonly Named[], branches: readonly string[]): DoctorCheck {
  const title = 'build branches'
  const builds = workflows.flatMap(([file, { builds: own }]) => (own === undefined ? [] : [{ file, own }]))
  if (builds.length === 0) return ok(title, 'no workflow builds on a push')
  const wrong = builds.filter(({ own }) => !areSame(own, branches))
  if (wrong.length === 0) return ok(title, branches.join(', '))
  return failed(
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
  if (wrong.length === 0) return ok(title, asking.length === 0 ? 'nobody is asked for one' : names.join(', '))
  return failed(
    title,
    `environments.json has ${names.join(', ') || 'none'}: ${listed(wrong.map(({ file, choices }) => `${file} offers ${choices.join(', ') || 'none'}`))}`,
    `Write ${yamlList('options', names)} below "environment:" there.`,
  )
}

// In a list, YAML reads a `*` in front as an alias.
function yamlList(key: string, values: readonly string[]): string {
  return `${key}: [${values.map(value => (/^[\w/-]/.test(value) ? value : `'${value}'`)).join(', ')}]`
}

function areSame(some: readonly string[], others: readonly string[]): boolean {
  return new Set(some).symmetricDifference(new Set(others)).size === 0
}

const mostNamed = 5

function listed(faults: readonly string[]): string {
  const all = [...new Set(faults)].map(fault => plain(fault, 160))
  return [...all.slice(0, mostNamed), ...(all.length > mostNamed ? ['…'] : [])].join('; ')
}
