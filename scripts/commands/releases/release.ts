import { attemptAsync, errorsOf, valuesOf } from '../../base/attempt.ts'
import { joinErrors } from '../../base/join-errors.ts'
import { plain } from '../../base/printable.ts'
import { findServicesAt } from '../../build/io/service-at-commit.ts'
import { findAllSources, type ServiceIn } from '../../build/io/source-commit.ts'
import { inputsMatcher } from '../../catalogue/inputs.ts'
import { type ReleaseAnswer, releaseAnswer } from '../../cli/answers/release.ts'
import { action } from '../../cli/command.ts'
import type { Reporter } from '../../cli/reporter.ts'
import type { Git } from '../../git/io/git.ts'
import { commitsBetween } from '../../git/io/history.ts'
import { type RemoteRefs, remoteRefs } from '../../git/io/remote.ts'
import { removeTag } from '../../git/io/write.ts'
import { type ObjectId, short } from '../../names/commit.ts'
import { printTag } from '../../names/release-tag.ts'
import { openProject, type Project } from '../../project/io/project.ts'
import { checkRelease, type ReleaseSeen } from '../../release/checks.ts'
import { decideTag } from '../../release/decide-tag.ts'
import { storedLists } from '../../release/io/listed-inputs.ts'
import { makeTag } from '../../release/io/make-tag.ts'
import { chooseCommit, observeRelease, type UnbuiltRelease } from '../../release/io/observe-release.ts'
import { publishTag } from '../../release/io/publish-tag.ts'
import { releasedSources } from '../../release/io/released-sources.ts'
import { waitForBuilds, waitForLists } from '../../release/io/wait-for-builds.ts'
import { explainUnreleased } from '../../release/partly.ts'
import { tagMessage } from '../../release/tag-message.ts'
import { lastBefore, releasesOf } from '../../release/version-choice.ts'
import type { ReleaseOptions } from '../../release.ts'

/** `make release`. */
export const release = action({
  answer: releaseAnswer,
  async run(options: ReleaseOptions, { report, dryRun, ...invocation }) {
    const project = await openProject(invocation)
    const refs = await remoteRefs(project.git)
    const commit = await chooseCommit(project, refs, options.COMMIT)
    const services = await findServicesAt(project.git, options.SERVICE, commit)
    const [waitMs, from, say] = [options.WAIT ?? 0, project.clock.now(), sayOnce(report)]
    const stops = releasedSources<ServiceIn>(project, async () => refs.tags)
    const sources = await findAllSources(project.git, services, commit, {
      stops,
      listed: waitForLists(project, storedLists(project), waitMs, say),
    })
    const choice = { commit, version: options.VERSION, isNamed: options.COMMIT !== undefined }
    const wanted = await Promise.all(sources.map(one => observeRelease(project, refs, { ...one, ...choice })))
    const left = Math.max(0, waitMs - (project.clock.now() - from))
    const seen = await waitForBuilds(project, wanted, left, say)
    showChecks(
      seen,
      { allowOlder: options.ALLOW_OLDER, branches: project.environments.releaseBranches },
      report,
    )
    const prepared = await prepareAll(project, refs, seen, dryRun)
    const outcomes = []
    for (const one of prepared) outcomes.push(await attemptAsync(() => publishOne(project, one, report)))
    const releases = valuesOf(outcomes)
    joinErrors(
      explainUnreleased(errorsOf(outcomes), releases),
      releases.length === 0 ? undefined : { releases },
    )
    return { releases }
  },
})

// A log shows no progress; without one line it would be silent for ten minutes.
function sayOnce(report: Reporter): (text: string) => void {
  let said = false
  return text => {
    if (said) report.progress(text)
    else report.line(text)
    said = true
  }
}

function showChecks(
  seen: readonly ReleaseSeen[],
  options: { allowOlder: boolean; branches: readonly string[] },
  report: Reporter,
): void {
  const errors = seen.flatMap(one => {
    report.line(report.paint('bold', `${one.tag.service} ${one.tag.version} at ${short(one.commit)}`))
    report.item('passed', `${one.tag.service} exists at ${short(one.commit)}`)
    const checks = checkRelease(one, options)
    for (const { title, error, isNote } of checks)
      report.item(error !== undefined ? 'failed' : isNote ? 'left out' : 'passed', title)
    return checks.flatMap(({ error }) => error ?? [])
  })
  joinErrors(errors)
}

type Wanted = ReleaseSeen & UnbuiltRelease
/** A release, and what is left to do for it: nothing, to print its message, or to push a tag of this clone. */
type Prepared = {
  readonly seen: Wanted
  readonly left:
    | 'nothing'
    | { readonly message: string }
    | { readonly object: ObjectId; readonly isNew: boolean }
}

/** Makes all tags in this clone before the first one is pushed. If one cannot be made, none is left. */
async function prepareAll(
  project: Project,
  refs: RemoteRefs,
  all: readonly Wanted[],
  dryRun: boolean,
): Promise<Prepared[]> {
  const prepared: Prepared[] = []
  try {
    for (const seen of all) prepared.push({ seen, left: await prepare(project, refs, seen, dryRun) })
    return prepared
  } catch (error) {
    for (const { seen, left } of prepared)
      if (typeof left === 'object' && 'object' in left && left.isNew)
        await removeTag(project.git, printTag(seen.tag), left.object)
    throw error
  }
}

async function prepare(
  project: Project,
  refs: RemoteRefs,
  seen: Wanted,
  dryRun: boolean,
): Promise<Prepared['left']> {
  const decision = decideTag(seen)
  if ('error' in decision) throw decision.error
  if (decision.step === 'already done') return 'nothing'
  const message = await composeMessage(project.git, refs, seen)
  if (dryRun) return { message }
  if (decision.made !== undefined) return { object: decision.made, isNew: false }
  return { object: await makeTag(project, seen, message), isNew: true }
}

async function publishOne(
  project: Project,
  { seen, left }: Prepared,
  report: Reporter,
): Promise<ReleaseAnswer['releases'][number]> {
  const name = printTag(seen.tag)
  const { commit, sourceCommit, tag } = seen
  const answer = { tag: name, service: tag.service, version: tag.version, commit, sourceCommit }
  if (left === 'nothing') {
    report.line(
      `${name} is already released, from this commit. Next: make promote TAG=${name}, unless CI has done it.`,
    )
    return { ...answer, result: 'already done' }
  }
  if ('message' in left) {
    report.line(`Would make and push the tag ${name}:\n\n${left.message}`)
    return { ...answer, message: left.message, result: 'would be created' }
  }
  const outcome = await publishTag(project, tag, { object: left.object, commit })
  report.item(
    'passed',
    outcome === 'created' ? `pushed ${name}` : `someone else just pushed ${name}, for the same commit`,
  )
  const next =
    seen.skipsCi === undefined ? 'CI promotes it now; by hand:' : 'CI will not promote it. By hand:'
  report.line(`${next} make promote TAG=${name}`)
  return { ...answer, result: outcome }
}

async function composeMessage(
  git: Git,
  refs: RemoteRefs,
  { tag, config, commit }: UnbuiltRelease,
): Promise<string> {
  const before = lastBefore(releasesOf(tag.service, refs.tags), tag.version)
  const matches = inputsMatcher(tag.service, config)
  const commits = await commitsBetween(git, before?.commit, commit)
  const touched = commits.filter(({ paths }) => paths.some(matches))
  return tagMessage(
    tag,
    before?.tag,
    touched.map(one => ({ ...one, subject: plain(one.subject) })),
  )
}
