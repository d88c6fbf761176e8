import { findStored } from '../../artifacts/io/stores.ts'
import { builtName, imageOf } from '../../artifacts/names.ts'
import type { AwsAccess } from '../../aws/access.ts'
import { attemptAsync, valueIn } from '../../base/attempt.ts'
import { fetchMissing, type RemoteRefs, remoteRefs } from '../../git/io/remote.ts'
import { printTag, type ReleaseTag } from '../../names/release-tag.ts'
import { readServicePins } from '../../pin/io/service-pins.ts'
import type { Project } from '../../project/io/project.ts'
import { describeRelease } from '../../release/io/describe.ts'
import { storedLists } from '../../release/io/listed-inputs.ts'
import { meantRelease } from '../../release/io/meant-release.ts'
import { attemptToReadRecord, attemptToReadYank } from '../../release/io/records.ts'
import { releaseBranchOf, releaseHeads } from '../../release/io/verified-tag.ts'
import type { ReleaseRecord } from '../../release/record.ts'
import type { TraceSeen } from '../links.ts'
import { observeTarget } from './observe-target.ts'

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
  const seen = await Promise.all(
    [...pins.keys()].map(async environment => {
      const target = { service: tag.service, environment }
      return [environment, await observeTarget(project, target, printTag(tag), aws)] as const
    }),
  )
  const running = new Map(seen.map(([environment, one]) => [environment, one.running]))
  const ledgers = new Map(seen.map(([environment, one]) => [environment, one.ledger]))
  return {
    tag,
    remoteTag,
    branch,
    release,
    record,
    names,
    built,
    released,
    yank,
    referrers,
    pins,
    running,
    ledgers,
  }
}

async function observeGit(
  { git, environments, stores }: Project,
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
    attemptAsync(() =>
      describeRelease(git, { tag, tagObject: remoteTag.object, commit }, { listed: storedLists({ stores }) }),
    ),
  ])
  return { branch, release }
}

function namesOf(record: ReleaseRecord | undefined): TraceSeen['names'] {
  if (record === undefined) return undefined
  const { artifact, tag, sourceCommit } = record
  return { built: builtName(tag.service, artifact, sourceCommit), released: artifact }
}
