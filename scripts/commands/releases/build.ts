import { findStored, type Stores } from '../../artifacts/io/stores.ts'
import { printArtifactName } from '../../artifacts/names.ts'
import type { ArtifactName } from '../../artifacts/types.ts'
import { attemptAsync, errorsOf } from '../../base/attempt.ts'
import { joinErrors } from '../../base/join-errors.ts'
import { UserError } from '../../base/user-error.ts'
import { buildErrors } from '../../build/errors.ts'
import { buildAll } from '../../build/io/build-all.ts'
import { checkInputs, findBuilds } from '../../build/io/find-builds.ts'
import { requireFit } from '../../build/io/images/pushed-image.ts'
import { listInputs } from '../../build/io/inputs/run-command.ts'
import type { ServiceIn } from '../../build/io/source-commit.ts'
import { type Build, checkBuilds, pushesItself, selectServices } from '../../build/selection.ts'
import type { BuildOptions } from '../../build.ts'
import { attemptToReadServices } from '../../catalogue/io/work-tree.ts'
import { type BuildAnswer, buildAnswer } from '../../cli/answers/build.ts'
import { action } from '../../cli/command.ts'
import type { Reporter } from '../../cli/reporter.ts'
import { uncommittedPaths } from '../../git/io/files.ts'
import { headCommit, localTagsBelow } from '../../git/io/revisions.ts'
import { short } from '../../names/commit.ts'
import { type Digest, shortDigest } from '../../names/digest.ts'
import { openProject } from '../../project/io/project.ts'
import { releasedSources } from '../../release/io/released-sources.ts'

/** `make build`. */
export const build = action({
  answer: buildAnswer,
  async run({ SERVICE }: BuildOptions, { report, dryRun, ...invocation }) {
    const project = await openProject(invocation)
    const { git, stores } = project
    const commit = await headCommit(git)
    const all = await attemptToReadServices(git.root)
    if (all.services.size + all.broken.size === 0) throw noServices()
    const { services, left } = selectServices(all, SERVICE)
    checkBuilds(services, await uncommittedPaths(git))
    const stops = releasedSources<ServiceIn>(project, names =>
      localTagsBelow(git, ...names.map(name => `${name}-v`)),
    )
    const found = await findBuilds(git, services, commit, {
      stops,
      listed: listInputs({ git, stores, environment: invocation.environment, dryRun }),
    })
    const { builds, faults } = await checkInputs(git, found.builds, commit)
    const before = await findStored(stores, namesOf(builds))
    const missing = builds.filter(({ name }) => !before.has(name))
    const begin = ({ service, name }: Build) =>
      report.line(`${report.paint('bold', service)} ${printArtifactName(name)}`)
    const unfit = await checkPushed(stores, builds, before)
    const failures = dryRun
      ? []
      : await buildAll(project, { commit, builds: missing }, invocation.environment, begin)
    const after = dryRun || missing.length === 0 ? before : await findStored(stores, namesOf(missing))
    const results = builds.map(one => resultOf(one, { before, after, dryRun }))
    await showResults(report, results)
    const answer = { commit, builds: results }
    // That a failed build stored nothing needs no mention of its own.
    const unstored = failures.length > 0 ? [] : results.filter(({ result }) => result === 'failed')
    joinErrors(
      [
        ...left,
        ...found.faults,
        ...faults,
        ...unfit,
        ...failures,
        ...unstored.map(({ artifact }) => notStored(artifact)),
      ],
      answer,
    )
    const made = results.filter(({ result }) => result === 'created').length
    report.line(`At ${short(commit)}: ${made} stored now, ${results.length - missing.length} stored before.`)
    return answer
  },
})

type BuildResult = BuildAnswer['builds'][number]
type Stored = ReadonlyMap<ArtifactName, Digest>

/** An image that a command once pushed stays, so whether it can run is looked at each time. */
async function checkPushed(stores: Stores, builds: readonly Build[], stored: Stored): Promise<UserError[]> {
  const pushed = builds.filter(build => pushesItself(build) && stored.has(build.name))
  return errorsOf(await Promise.all(pushed.map(build => attemptAsync(() => requireFit(stores, build)))))
}

function namesOf(builds: readonly Build[]): ArtifactName[] {
  return builds.map(({ name }) => name)
}

function resultOf(
  { service, sourceCommit, name }: Build,
  { before, after, dryRun }: { before: Stored; after: Stored; dryRun: boolean },
) {
  const digest = before.get(name) ?? after.get(name)
  const missing = dryRun ? 'would be created' : digest === undefined ? 'failed' : 'created'
  const result: BuildResult['result'] = before.has(name) ? 'already done' : missing
  return { service, sourceCommit, type: name.type, artifact: printArtifactName(name), digest, result }
}

function noServices(): UserError {
  return new UserError(buildErrors['build-no-services'], 'there are no services to build', {
    cause: 'there is no services/<name>/service.json',
  })
}

function notStored(artifact: string): UserError {
  return new UserError(buildErrors['build-not-stored'], `${artifact} is not stored`, {
    cause: 'its build succeeded and reported a push',
  })
}

const words: Record<BuildResult['result'], string> = {
  'already done': 'stored before',
  created: 'stored now',
  'would be created': 'would be built',
  failed: 'failed',
}

async function showResults(report: Reporter, results: readonly ReturnType<typeof resultOf>[]): Promise<void> {
  await report.table(
    ['service', 'source commit', 'digest', ''],
    results.map(({ service, sourceCommit, digest, result }) => [
      service,
      short(sourceCommit),
      digest === undefined ? '–' : shortDigest(digest),
      words[result],
    ]),
  )
}
