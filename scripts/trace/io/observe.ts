import { findStored } from '../../artifacts/io/stores.ts'
import { builtName, imageOf } from '../../artifacts/names.ts'
import type { AwsAccess } from '../../aws/access.ts'
import { awsErrors } from '../../aws/errors.ts'
import type { AwsSettings } from '../../aws/io/calls.ts'
import { requireAccount } from '../../aws/io/identity.ts'
import { connectS3 } from '../../aws/io/s3.ts'
import { type Attempt, attemptAsync, valueIn } from '../../base/attempt.ts'
import { type Environment, findEnvironment } from '../../catalogue/environments.ts'
import { fetchMissing, type RemoteRefs, remoteRefs } from '../../git/io/remote.ts'
import { connectMovers } from '../../kinds/io/movers.ts'
import { printTag, type ReleaseTag } from '../../names/release-tag.ts'
import type { Target } from '../../names/target.ts'
import { readServicePins } from '../../pin/io/service-pins.ts'
import { environmentSettings, type Project } from '../../project/io/project.ts'
import { describeRelease } from '../../release/io/describe.ts'
import { meantRelease } from '../../release/io/meant-release.ts'
import { attemptToReadRecord, attemptToReadYank } from '../../release/io/records.ts'
import { releaseBranchOf, releaseHeads } from '../../release/io/verified-tag.ts'
import type { ReleaseRecord } from '../../release/record.ts'
import { readRunning } from '../../rollout/io/running.ts'
import type { Running } from '../../rollout/running.ts'
import { stateKey } from '../../stack/names.ts'
import { readApplied } from '../../terraform/io/state.ts'
import type { TraceSeen } from '../links.ts'

/** Reads everything about a release; one unreadable link does not hide the others. */
export async function observeTrace(project: Project, named: ReleaseTag, aws: AwsAccess): Promise<TraceSeen> {
  const { git, environments, stores } = project
  const refs = await remoteRefs(git)
  const tag = await meantRelease(project, refs, named)
  const [record, yank] = await Promise.all([attemptToReadRecord(stores, tag), attemptToReadYank(stores, tag)])
  const remoteTag = refs.tags.get(printTag(tag))
  const { branch, release } = await observeGit(project, refs, tag)
  const names = valueIn(release) ?? namesOf(valueIn(record))
  const found = names === undefined ? undefined : await findStored(stores, [names.built, names.released])
  const built = names && found?.get(names.built)
  const released = names && found?.get(names.released)
  const digest = released ?? built
  const image = names && imageOf(names.released)
  const referrers = image && digest ? await (await stores.referrers())(image.repository, digest) : []
  const pins = await readServicePins(git, environments, refs, tag.service)
  const running = new Map(
    await Promise.all(
      [...pins.keys()].map(async environment => {
        const target = { service: tag.service, environment }
        return [environment, await observeRunning(project, target, aws)] as const
      }),
    ),
  )
  return { tag, remoteTag, branch, release, record, names, built, released, yank, referrers, pins, running }
}

/** What runs in an environment, or why these credentials do not see it. Any other failure to read is thrown. */
async function observeRunning(
  project: Project,
  target: Target,
  aws: AwsAccess,
): Promise<Attempt<Running | undefined>> {
  const { environments } = project
  const environment = findEnvironment(environments, target.environment)
  const settings = environmentSettings(project, target.environment, environment, aws)
  const account = await attemptAsync(() => requireAccount(settings))
  if ('error' in account && account.error.code !== awsErrors['aws-wrong-account'].code) throw account.error
  if ('error' in account) return account
  const seen = await attemptAsync(() => readInState(project, settings, environment, target))
  if ('error' in seen && seen.error.ending === 'cloud') throw seen.error
  return seen
}

async function readInState(
  { stores, clock }: Project,
  settings: AwsSettings,
  { stateBucket }: Pick<Environment, 'stateBucket'>,
  target: Target,
): Promise<Running | undefined> {
  const applied = await readApplied(await connectS3(settings, stateBucket, clock), stateKey(target))
  return applied && (await readRunning(connectMovers(settings), stores, applied))
}

async function observeGit(
  { git, environments }: Project,
  refs: RemoteRefs,
  tag: ReleaseTag,
): Promise<Pick<TraceSeen, 'branch' | 'release'>> {
  const remoteTag = refs.tags.get(printTag(tag))
  const commit = remoteTag?.commit
  if (remoteTag === undefined || commit === undefined) return { branch: undefined, release: undefined }
  const heads = releaseHeads(environments, refs)
  const branches = [...heads].map(([name, head]) => [`refs/heads/${name}`, head] as const)
  await fetchMissing(git, new Map([[`refs/tags/${printTag(tag)}`, remoteTag.object], ...branches]))
  const [branch, release] = await Promise.all([
    releaseBranchOf(git, heads, commit),
    attemptAsync(() => describeRelease(git, { tag, tagObject: remoteTag.object, commit })),
  ])
  return { branch, release }
}

function namesOf(record: ReleaseRecord | undefined): TraceSeen['names'] {
  if (record === undefined) return undefined
  const { artifact, tag, sourceCommit } = record
  return { built: builtName(tag.service, artifact, sourceCommit), released: artifact }
}
