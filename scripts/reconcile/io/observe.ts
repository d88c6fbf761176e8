import { recordKey, releasesPrefix, repositoriesOf } from '../../artifacts/names.ts'
import type { ListedObject } from '../../aws/io/s3-listings.ts'
import { type Attempt, attempt, attemptAsync, unwrap, valueIn, valuesOf } from '../../base/attempt.ts'
import { mapLimited } from '../../base/io/side-by-side.ts'
import { UserError } from '../../base/user-error.ts'
import { readServicesAt, servicesAt } from '../../build/io/service-at-commit.ts'
import { mainBranch } from '../../catalogue/environments.ts'
import { pinsFolder, serviceFile } from '../../catalogue/inputs.ts'
import type { ServiceConfig } from '../../catalogue/service-config.ts'
import { commitsContaining } from '../../git/io/ancestry.ts'
import { filesAt, readAt } from '../../git/io/files.ts'
import type { Git } from '../../git/io/git.ts'
import { fetchHead, fetchMissing, type RemoteRefs } from '../../git/io/remote.ts'
import type { CommitSha } from '../../names/commit.ts'
import { parseTag, printTag, type ReleaseTag } from '../../names/release-tag.ts'
import { explainStrayPin, type Pin, parsePin } from '../../pin/pin.ts'
import { requireAccepted } from '../../pin/pre-release.ts'
import type { Project } from '../../project/io/project.ts'
import { type AcceptedPromotion, checkPromotion } from '../../promotion/io/promote.ts'
import { describeReleases } from '../../release/io/describe.ts'
import { storedLists } from '../../release/io/listed-inputs.ts'
import { readRecord, readYank } from '../../release/io/records.ts'
import { attemptToVerify, type VerifiedTag } from '../../release/io/verified-tag.ts'
import type { Release } from '../../release/release.ts'
import {
  type Finding,
  findInDecision,
  findInPin,
  findStrayPin,
  findUntagged,
  type PinSeen,
} from '../findings.ts'

/** What was found, and the promotions that fix what can be fixed. */
export type Reconciliation = { readonly findings: Finding[]; readonly fixes: AcceptedPromotion[] }

// Enough to hide the round trips, and few enough to stay below the quotas for reads.
const mostAtOnce = 16

/** Compares the remote's release tags since a commit, all that is stored under a release's name, and all pins. */
export async function observeReconcile(
  project: Project,
  refs: RemoteRefs,
  since: CommitSha | undefined,
  progress: (text: string) => void,
): Promise<Reconciliation> {
  const head = await fetchHead(project.git, refs, mainBranch(project.environments))
  const listing = listReleases(project)
  const [tags, untagged, pins] = await Promise.all([
    observeTags(project, refs, since, progress, listing),
    observeUntagged(project, refs, head, listing),
    observePins(project, head),
    listing,
  ])
  return { findings: [...tags.findings, ...untagged, ...pins], fixes: tags.fixes }
}

type Listing = Promise<ReadonlyMap<string, ListedObject>>

/** All that is stored below `releases/`, by its key. */
async function listReleases({ stores }: Project): Listing {
  const listed = await (await stores.s3()).listObjects(releasesPrefix)
  return new Map(listed.map(one => [one.key, one]))
}

async function observeTags(
  project: Project,
  refs: RemoteRefs,
  since: CommitSha | undefined,
  progress: (text: string) => void,
  listing: Listing,
): Promise<Reconciliation> {
  const tags = await tagsSince(project.git, refs, since)
  const verified = await attemptToVerify(project, refs, tags)
  const described = await describeVerified(project, verified)
  const findings: Finding[] = []
  const fixes: AcceptedPromotion[] = []
  let compared = 0
  const all = tags.map((tag, index) => ({ tag, described: described[index] as Attempt<Release> }))
  await mapLimited(all, mostAtOnce, async ({ tag, described }) => {
    progress(`compared ${++compared} of ${tags.length} tags`)
    const listed = (await listing).get(recordKey(tag))
    const { finding, fix } = await observeTag(project, refs, tag, described, listed)
    if (finding !== undefined) findings.push(finding)
    if (fix !== undefined) fixes.push(fix)
  })
  return { findings, fixes }
}

/** The release tags of the remote; since a commit, only those that have it in their history, or that name no commit. */
async function tagsSince(git: Git, refs: RemoteRefs, since: CommitSha | undefined): Promise<ReleaseTag[]> {
  const tags = [...refs.tags].flatMap(([name, ref]) => {
    const tag = parseTag(name)
    return tag === undefined ? [] : [{ tag, ref }]
  })
  if (since === undefined) return tags.map(({ tag }) => tag)
  const objects = tags.map(
    ({ tag, ref }) => [`refs/tags/${printTag(tag)}`, ref.commit ?? ref.object] as const,
  )
  await fetchMissing(git, new Map(objects))
  const after = await commitsContaining(
    git,
    since,
    tags.flatMap(({ ref }) => ref.commit ?? []),
  )
  return tags.filter(({ ref }) => ref.commit === undefined || after.has(ref.commit)).map(({ tag }) => tag)
}

async function describeVerified(
  { git, stores }: Project,
  verified: readonly Attempt<VerifiedTag>[],
): Promise<Attempt<Release>[]> {
  const described = await describeReleases(git, valuesOf(verified), { listed: storedLists({ stores }) })
  const next = described.values()
  return verified.map(one => ('error' in one ? one : (next.next().value as Attempt<Release>)))
}

async function observeTag(
  project: Project,
  refs: RemoteRefs,
  tag: ReleaseTag,
  described: Attempt<Release>,
  listed: ListedObject | undefined,
): Promise<{ finding?: Finding | undefined; fix?: AcceptedPromotion | undefined }> {
  try {
    const prepared = await checkPromotion(project, refs, unwrap(described), listed)
    const finding = findInDecision(tag, prepared.decision)
    return { finding, fix: prepared.decision.step === 'create' ? (prepared as AcceptedPromotion) : undefined }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return { finding: { subject: printTag(tag), problem: error.message, error } }
  }
}

async function observeUntagged(
  { git, stores }: Project,
  refs: RemoteRefs,
  head: CommitSha,
  listing: Listing,
): Promise<Finding[]> {
  const services = await servicesAt(git, head)
  const configs = await readServicesAt(
    git,
    services.map(service => ({ service, commit: head })),
  )
  const read = services.map((service, index) => ({
    service,
    config: configs[index] as Attempt<ServiceConfig | undefined>,
  }))
  const known = read.flatMap(({ service, config }) => {
    const found = valueIn(config)
    return found === undefined ? [] : [[service, found] as const]
  })
  const listed = mapLimited(repositoriesOf(known), mostAtOnce, async ({ repository }) => ({
    subject: repository,
    tags: await attemptAsync(async () => (await stores.ecr()).list(repository)),
  }))
  const [stored, repositories] = await Promise.all([listing, listed])
  const images = repositories.flatMap(({ subject, tags }) =>
    'value' in tags ? [[subject, tags.value] as const] : [],
  )
  return [
    ...findUntagged({ keys: [...stored.keys()], images: new Map(images) }, name => refs.tags.has(name)),
    ...read.flatMap(({ service, config }) => unusable(serviceFile(service), config)),
    ...repositories.flatMap(({ subject, tags }) => unusable(subject, tags)),
  ]
}

function unusable(subject: string, seen: Attempt<unknown>): Finding[] {
  return 'error' in seen ? [{ subject, problem: seen.error.message, error: seen.error }] : []
}

async function observePins(project: Project, head: CommitSha): Promise<Finding[]> {
  const { git, environments } = project
  const known = Object.keys(environments.environments)
  const paths = (await filesAt(git, head, pinsFolder)).filter(path => path.endsWith('.json'))
  // All at one moment, which is one process of git.
  const read = await Promise.all(
    paths.map(async path => {
      const stray = explainStrayPin(path, known)
      return { path, stray, text: stray === undefined ? await readAt(git, head, path) : undefined }
    }),
  )
  const found = await mapLimited(read, mostAtOnce, async ({ path, stray, text = '' }) => {
    if (stray !== undefined) return findStrayPin(path, stray)
    const pin = attempt(() => parsePin(text, path))
    return findInPin(await observePin(project, path, pin))
  })
  return found.filter(finding => finding !== undefined)
}

async function observePin(
  { environments, stores }: Project,
  path: string,
  pin: Attempt<Pin>,
): Promise<PinSeen> {
  const none = { value: undefined }
  if ('error' in pin) return { path, pin, record: none, yank: none, refused: undefined }
  const tag = parseTag(pin.value.tag) as ReleaseTag
  const [, , environment = ''] = path.split('/')
  const accepted = attempt(() => requireAccepted(environments, environment, tag))
  const [record, yank] = await Promise.all([
    attemptAsync(() => readRecord(stores, tag)),
    attemptAsync(() => readYank(stores, tag)),
  ])
  return { path, pin, record, yank, refused: 'error' in accepted ? accepted.error : undefined }
}
