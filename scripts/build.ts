import { findStored } from './artifacts/io/stores.ts'
import { commitName, printArtifactName } from './artifacts/names.ts'
import { joinErrors } from './base/join-errors.ts'
import { UserError } from './base/user-error.ts'
import { buildErrors } from './build/errors.ts'
import { buildTools } from './build/io/docker.ts'
import { buildEnvironment } from './build/io/environment.ts'
import { buildImage } from './build/io/image.ts'
import { findSourceCommits } from './build/io/service-at-commit.ts'
import { buildZip } from './build/io/zip.ts'
import { type Build, checkBuilds, selectServices } from './build/selection.ts'
import { readServices } from './catalogue/io/work-tree.ts'
import type { ServiceConfig } from './catalogue/service-config.ts'
import { type BuildAnswer, buildAnswer } from './cli/answers/build.ts'
import { command } from './cli/command.ts'
import { serviceList } from './cli/option-types.ts'
import { runIfMain } from './cli/process.ts'
import type { Reporter } from './cli/reporter.ts'
import { uncommittedPaths } from './git/io/files.ts'
import { headCommit } from './git/io/revisions.ts'
import { type CommitSha, short } from './names/commit.ts'
import { shortDigest } from './names/digest.ts'
import type { ServiceName } from './names/service-name.ts'
import { openWorkspace, type Workspace } from './workspace/io/workspace.ts'

/** `make build`. */
export const build = command({
  name: 'build',
  summary:
    "Builds every service at HEAD and stores it under its source commit's name; what is stored already is left alone.",
  examples: ['SERVICE=service-a'],
  options: { SERVICE: serviceList.optional().describe('Only this service, or several with commas') },
  reads: ['WAYBILL_TIMEOUT_MS'],
  answer: buildAnswer,
  async run({ SERVICE }, { report, dryRun, ...invocation }) {
    const workspace = await openWorkspace(invocation)
    const { git, stores } = workspace
    const commit = await headCommit(git)
    const all = await readServices(git.root)
    if (all.size === 0) throw noServices()
    const services = selectServices(all, SERVICE)
    checkBuilds(services, await uncommittedPaths(git))
    const builds = await plan(workspace, services, commit)
    const stored = await findStored(
      stores,
      builds.map(({ name }) => name),
    )
    const missing = builds.filter(({ name }) => !stored.has(name))
    const failures = dryRun ? [] : await buildAll(workspace, missing, invocation.environment, report)
    const now =
      missing.length === 0 || dryRun
        ? stored
        : await findStored(
            stores,
            missing.map(({ name }) => name),
          )
    const results = builds.map(build => {
      const digest = stored.get(build.name) ?? now.get(build.name)
      const result: BuildAnswer['builds'][number]['result'] = stored.has(build.name)
        ? 'already done'
        : dryRun
          ? 'would be created'
          : digest
            ? 'created'
            : 'failed'
      return {
        service: build.service,
        sourceCommit: build.sourceCommit,
        artifact: printArtifactName(build.name),
        digest,
        result,
      }
    })
    await tell(report, results)
    joinErrors(failures)
    joinErrors(results.flatMap(({ artifact, result }) => (result === 'failed' ? [notStored(artifact)] : [])))
    const made = results.filter(({ result }) => result === 'created').length
    report.line(`At ${short(commit)}: ${made} stored now, ${results.length - missing.length} stored before.`)
    return { commit, builds: results }
  },
})

async function plan(
  { git }: Workspace,
  services: ReadonlyMap<ServiceName, ServiceConfig>,
  commit: CommitSha,
): Promise<Build[]> {
  const all = [...services].map(([service, config]) => ({ service, config }))
  const sources = await findSourceCommits(git, all, commit)
  joinErrors(all.flatMap(({ service }) => (sources.has(service) ? [] : notCommitted(service, commit))))
  return all.map(({ service, config }) => {
    const sourceCommit = sources.get(service) as CommitSha
    return { service, config, sourceCommit, name: commitName(service, config, sourceCommit) }
  })
}

function noServices(): UserError {
  return new UserError(buildErrors['build-no-services'], 'there are no services to build', {
    cause: 'no services/<name>/service.json is here',
    remedy: 'Add one: docs/services.md says how.',
  })
}

function notCommitted(service: ServiceName, commit: CommitSha): UserError {
  return new UserError(
    buildErrors['build-not-in-commit'],
    `${service} is not in the commit ${short(commit)}`,
    {
      cause: `services/${service} is here, and git ignores it`,
      remedy: `Commit it (git add --force services/${service}), or remove it.`,
    },
  )
}

function notStored(artifact: string): UserError {
  return new UserError(buildErrors['build-not-stored'], `${artifact} is not stored`, {
    cause: 'its build ended well and said that it was pushed',
    remedy: 'Check which registry docker pushed to, and run this again.',
  })
}

async function buildAll(
  { git, stores }: Workspace,
  builds: readonly Build[],
  environment: Record<string, string>,
  report: Reporter,
): Promise<UserError[]> {
  if (builds.length === 0) return []
  const tools = await buildTools(git.root, buildEnvironment(git.root, environment))
  if (builds.some(({ name }) => name.type === 'image')) {
    await tools.requireEngine()
    await tools.login(await (await stores.ecr()).login())
  }
  const failures: UserError[] = []
  for (const build of builds) {
    report.line(`${report.paint('bold', build.service)} ${printArtifactName(build.name)}`)
    try {
      if (build.name.type === 'image') await buildImage({ git, stores, tools }, build)
      else await buildZip({ git, stores, tools }, build)
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      failures.push(error)
    }
  }
  return failures
}

async function tell(
  report: Reporter,
  results: readonly {
    service: string
    sourceCommit: CommitSha
    digest: Parameters<typeof shortDigest>[0] | undefined
    result: string
  }[],
): Promise<void> {
  const words: Record<string, string> = {
    'already done': 'stored before',
    created: 'stored now',
    'would be created': 'would be built',
    failed: 'failed',
  }
  await report.table(
    ['service', 'source commit', 'digest', ''],
    results.map(({ service, sourceCommit, digest, result }) => [
      service,
      short(sourceCommit),
      digest === undefined ? '–' : shortDigest(digest),
      words[result] ?? result,
    ]),
  )
}

await runIfMain(import.meta, build)
