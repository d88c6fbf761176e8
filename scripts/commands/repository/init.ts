import { join } from 'node:path'
import type { InitAnswers } from '../../adoption/answers.ts'
import { chooseServices } from '../../adoption/choose.ts'
import { deletion } from '../../adoption/copied.ts'
import { clashingTargets, decideFile, plainEnds, type Step } from '../../adoption/decide.ts'
import { adoptionErrors } from '../../adoption/errors.ts'
import { keptFiles, ownFiles, type Wanted } from '../../adoption/files.ts'
import { guardianFile } from '../../adoption/guardian.ts'
import { askAnswers } from '../../adoption/io/ask-answers.ts'
import { findCopy, ownVersion, readTemplates } from '../../adoption/io/observe.ts'
import { requireCommitted } from '../../adoption/io/require-committed.ts'
import { writeOwn } from '../../adoption/io/write.ts'
import { type FoundService, findServices, serviceJson } from '../../adoption/services.ts'
import { parseWritten, printWritten, type Written, writtenFile } from '../../adoption/written.ts'
import { canAccess } from '../../base/io/can-access.ts'
import { readTextFileIfAny } from '../../base/io/read-file.ts'
import { UserError } from '../../base/user-error.ts'
import { type InitAnswer, initAnswer } from '../../cli/answers/adoption/init.ts'
import { action } from '../../cli/command.ts'
import { optionTakers } from '../../cli/option-takers.ts'
import type { Reporter } from '../../cli/reporter.ts'
import { type Git, openGit } from '../../git/io/git.ts'
import { remoteAddress } from '../../git/io/remote.ts'
import { headCommit } from '../../git/io/revisions.ts'
import type { InitOptions } from '../../init.ts'

/** `npx waybill init`. */
export const init = action({
  answer: initAnswer,
  async run(
    { SERVICES, GUARDIAN, ...given }: InitOptions,
    { report, dryRun, folder, environment, ask, aws },
  ) {
    const git = await openGit(folder, environment, { timeoutMs: aws.timeoutMs })
    const tracked = await requireAdoptable(git)
    const before = await readWritten(git.root)
    const known = {
      ...(await observePackages(git.root, report)),
      branch: before?.answers.branch ?? (await branchOf(git)),
    }
    const answers = await askAnswers(
      given,
      { ...known, remote: await remoteAddress(git), before: before?.answers },
      ask,
    )
    const services = await askServices(SERVICES, findServices(tracked), {
      ask,
      report,
      isFirst: before === undefined,
    })
    const kept = keptFiles(await readTemplates(), answers)
    const isGuarded = GUARDIAN || (before === undefined && (await askGuardian(ask)))
    const wanted = [
      ...kept,
      ...(await others(git, answers)),
      ...services.map(asWanted),
      ...(isGuarded ? [guardianFile()] : []),
    ]
    const decided = await Promise.all(wanted.map(async one => await decide(git.root, one, report)))
    const steps = decided.map(step => leaveMerged(step, before))
    const written = await noteWritten(git.root, { answers, before, kept, steps })
    const all = [...steps, written]
    await requireCommitted(
      git,
      all.flatMap(({ path, action }) => (action === 'add' ? [path] : [])),
    )
    if (!dryRun)
      for (const { path, action, text } of all)
        if (action === 'create' || action === 'add') await writeOwn(git.root, path, text)
    const answer = show(report, all, services, dryRun)
    if (isGuarded) report.line(guardianSteps)
    return answer
  },
})

const guardianSteps = `The guardian: write "guardian": {} into the environment in cdktf/environments.json, run make bootstrap ENV=…, release and deploy the guardian as any service, and then the others, whose alarms call it from then on.`

async function askGuardian(ask: (question: string) => Promise<string | undefined>): Promise<boolean> {
  const question = 'A function that ends a rollout when nobody else does, the guardian (yes, no) [no]: '
  return ['y', 'yes'].includes((await ask(question))?.trim().toLowerCase() ?? '')
}

async function requireAdoptable(git: Git): Promise<string[]> {
  const { copies, tracked } = await findCopy(git)
  if (copies.length > 0)
    throw new UserError(
      adoptionErrors['init-copied'],
      `${copies.length} files of this repository are a copy of Waybill's`,
      {
        remedy: `${deletion(copies, tracked)}\nThen remove its lines from the Makefile, and run npx waybill init again.`,
      },
    )
  if (await canAccess(join(git.root, '.pnp.cjs')))
    throw new UserError(adoptionErrors['init-packages'], 'Yarn installs the packages as Plug’n’Play')
  return tracked
}

async function readWritten(root: string): Promise<Written | undefined> {
  const text = await readTextFileIfAny(join(root, writtenFile))
  return text === undefined ? undefined : parseWritten(text)
}

async function observePackages(root: string, report: Reporter): Promise<Pick<InitAnswers, 'packages'>> {
  const has = (file: string) => canAccess(join(root, file))
  if (await has('pnpm-lock.yaml')) return { packages: 'pnpm' }
  const yarn = await readTextFileIfAny(join(root, 'yarn.lock'))
  if (yarn !== undefined) return { packages: /^# yarn lockfile v1$/m.test(yarn) ? 'yarn-1' : 'yarn' }
  if ((await has('bun.lock')) || (await has('bun.lockb')))
    report.line('The workflows know no bun: they install with npm.')
  if (!(await has('package-lock.json')))
    report.line(
      'The workflows install the packages with npm ci, which needs a package-lock.json: npm install --package-lock-only',
    )
  return { packages: 'npm' }
}

/**
 * The branch of the remote that a clone begins with. Where that is not known, one with a usual name: the current one is
 * often that on which Waybill is being set up.
 */
async function branchOf(git: Git): Promise<string> {
  const remote = await git.run(['rev-parse', '--abbrev-ref', 'origin/HEAD']).catch(() => '')
  const name = remote.trim().replace(/^origin\//, '')
  if (name !== '' && name !== 'HEAD') return name
  const refs = ['remotes/origin/', 'heads/'].flatMap(where => ['main', 'master'].map(one => where + one))
  for (const ref of refs)
    if (await git.run(['rev-parse', '--verify', '--quiet', `refs/${ref}`]).catch(() => undefined))
      return ref.replace(/.*\//, '')
  return (await git.run(['symbolic-ref', '--short', 'HEAD']).catch(() => '')).trim() || 'main'
}

async function askServices(
  given: string | undefined,
  found: readonly FoundService[],
  {
    ask,
    report,
    isFirst,
  }: { ask(question: string): Promise<string | undefined>; report: Reporter; isFirst: boolean },
): Promise<FoundService[]> {
  if (found.length === 0 || (given === undefined && !isFirst)) return chooseServices(given ?? 'none', found)
  for (const { name, folder, kind, sign } of found)
    report.line(`  ${name}: ${folder}/${sign}, which would be ${kind}`)
  const text = given ?? (await ask('Services that get a service.json (all, none, or names) [all]: '))
  if (text === undefined) report.line('None gets a service.json: say SERVICES=all, or which.')
  return chooseServices(text ?? 'none', found)
}

function asWanted(service: FoundService): Wanted {
  const [path, text] = serviceJson(service)
  return { path, text, how: 'yours' }
}

async function others(git: Git, answers: InitAnswers): Promise<Wanted[]> {
  const first = async (paths: readonly string[], usual: string) => {
    for (const path of paths) if (await canAccess(join(git.root, path))) return path
    return usual
  }
  return ownFiles(answers, {
    since: await headCommit(git),
    owners: await first(['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'], '.github/CODEOWNERS'),
    make: await first(['GNUmakefile', 'makefile', 'Makefile'], 'Makefile'),
  })
}

/** What was changed since it was written is left to upgrade. */
function leaveMerged(step: Step, before: Written | undefined): Step {
  return before?.files.has(step.path) ? { ...step, action: 'nothing' } : step
}

async function decide(root: string, wanted: Wanted, report: Reporter): Promise<Step> {
  const present = await readTextFileIfAny(join(root, wanted.path))
  const step = decideFile(wanted, present)
  if (step.action !== 'add' || !wanted.text.startsWith('include ')) return step
  const clashes = clashingTargets(present ?? '', commandNames)
  if (clashes.length === 0) return step
  report.line(
    `${wanted.path} has targets of its own that Waybill's commands are called, too: ${clashes.join(', ')}.`,
  )
  report.line(
    'It stays as it is. Call make -f node_modules/waybill/waybill.mk <command> …, or npx waybill <command> ….',
  )
  return { ...step, action: 'nothing' }
}

const commandNames = [...new Set(Object.values(optionTakers).flat())]

async function noteWritten(
  root: string,
  {
    answers,
    before,
    kept,
    steps,
  }: { answers: InitAnswers; before: Written | undefined; kept: readonly Wanted[]; steps: readonly Step[] },
): Promise<Step> {
  const isOurs = ({ path }: Wanted) => steps.some(step => step.path === path && step.action !== 'show')
  const files = new Map([
    ...kept.filter(isOurs).map(({ path, text }) => [path, text] as const),
    ...(before?.files ?? []),
  ])
  const text = printWritten({ version: before?.version ?? (await ownVersion()), answers, files })
  const present = await readTextFileIfAny(join(root, writtenFile))
  const isSame = present !== undefined && plainEnds(present) === text
  return { path: writtenFile, action: isSame ? 'nothing' : 'create', text }
}

function show(
  report: Reporter,
  steps: readonly Step[],
  services: readonly FoundService[],
  dryRun: boolean,
): InitAnswer {
  const results = {
    create: dryRun ? 'would be created' : 'created',
    add: dryRun ? 'lines would be added' : 'lines added',
    nothing: 'already done',
    show: 'left',
  } as const
  for (const { path, action, text } of steps) {
    report.item(action === 'show' || dryRun ? 'left out' : 'passed', `${path}: ${results[action]}`)
    if (action === 'show')
      report.line(`    It says something else. Waybill's would be:\n${text.replace(/^/gm, '      ')}`)
  }
  report.line('Next: look at cdktf/environments.json and services/*/service.json, commit, then make doctor.')
  return {
    files: steps.map(({ path, action }) => ({ path, result: results[action] })),
    services: services.map(({ name }) => name),
  }
}
