import type { AwsAccess } from '../../aws/access.ts'
import { UserError } from '../../base/user-error.ts'
import { findEnvironment, mainBranch } from '../../catalogue/environments.ts'
import { type PinAnswer, pinAnswer } from '../../cli/answers/pin.ts'
import { action } from '../../cli/command.ts'
import type { Reporter } from '../../cli/reporter.ts'
import { remoteRefs } from '../../git/io/remote.ts'
import { connectLedgerOf } from '../../ledger/io/environment-ledger.ts'
import { verifiedReleases } from '../../ledger/io/release-set.ts'
import { requireVerified } from '../../ledger/io/verification.ts'
import { printTag, type ReleaseTag } from '../../names/release-tag.ts'
import type { ServiceName } from '../../names/service-name.ts'
import type { PinSet } from '../../pin/decide.ts'
import { pinErrors } from '../../pin/errors.ts'
import type { PinnedRelease } from '../../pin/io/commit-pin.ts'
import { chooseTargets, observePinned } from '../../pin/io/pinned.ts'
import { findPreviousPin, type PreviousPin } from '../../pin/io/previous.ts'
import { type ProposalResult, proposePins } from '../../pin/io/propose.ts'
import { publishPins } from '../../pin/io/publish.ts'
import { makePin, pinPath } from '../../pin/pin.ts'
import { requireAccepted } from '../../pin/pre-release.ts'
import type { PinOptions } from '../../pin.ts'
import { requireRemoteHead } from '../../plan/io/remote-head.ts'
import { openProject, type Project } from '../../project/io/project.ts'
import { meantRelease } from '../../release/io/meant-release.ts'
import { readRecord, readYank } from '../../release/io/records.ts'
import { type ReleaseRecord, recordDigest } from '../../release/record.ts'
import { refuseYanked } from '../../release/yank.ts'

/** `make pin`. */
export const pin = action({
  answer: pinAnswer,
  async run({ ENV, UNVERIFIED, ALLOW_OLDER, PR, ...wish }: PinOptions, { report, dryRun, ...invocation }) {
    const project = await openProject(invocation)
    const { environments } = project
    const { after } = findEnvironment(environments, ENV)
    const chosen = await chooseReleases(project, ENV, wish, invocation.aws)
    for (const { tag } of chosen) requireAccepted(environments, ENV, tag)
    const usable = await Promise.all(chosen.map(({ tag }) => requireUsable(project, tag)))
    // What PREVIOUS names has run here before; a set was just compared with what was verified.
    const isVerified = wish.PREVIOUS !== undefined || (wish.FROM !== undefined && wish.FROM === after)
    if (after !== undefined && UNVERIFIED === undefined && !isVerified)
      for (const record of usable) await requireVerifiedIn(project, after, record, invocation.aws)
    const pins = usable.map((record, index) => {
      const present = chosen[index]?.present
      return { environment: ENV, record, allowOlder: ALLOW_OLDER || present !== undefined, present }
    })
    const notes = { verifiedIn: wish.FROM, unverified: after === undefined ? undefined : UNVERIFIED }
    const set = { pins, ...notes }
    const done = PR
      ? await proposePins(project, set, { dryRun })
      : await publishPins(project, set, { dryRun, progress: report.progress })
    tell(report, done, { environment: ENV, branch: mainBranch(environments) })
    return answerFor(ENV, set, done)
  },
})

function answerFor(
  environment: string,
  { pins, verifiedIn, unverified }: PinSet,
  done: ProposalResult,
): PinAnswer {
  const { result, commit, proposal } = done
  const members = pins.map(({ record }, index) => {
    const { service } = record.tag
    const { result: own = result, from } = done.pins[index] ?? {}
    const path = pinPath(environment, service)
    return { service, path, pin: makePin(record), result: own, ...(from === undefined ? {} : { from }) }
  })
  return {
    environment,
    ...(verifiedIn === undefined ? members[0] : {}),
    result,
    pins: members,
    ...(commit === undefined ? {} : { commit }),
    ...(proposal === undefined ? {} : { proposal }),
    ...(verifiedIn === undefined ? {} : { verifiedIn }),
    ...(unverified === undefined ? {} : { unverified }),
  }
}

type Wish = {
  readonly TAG?: ReleaseTag | undefined
  readonly PREVIOUS?: readonly ServiceName[] | undefined
  readonly COMMIT?: string | undefined
  readonly FROM?: string | undefined
  readonly SERVICE?: readonly ServiceName[] | undefined
}

type Chosen = Omit<PreviousPin, 'present'> & Partial<PreviousPin>

async function chooseReleases(
  project: Project,
  environment: string,
  { TAG, PREVIOUS, COMMIT, FROM, SERVICE }: Wish,
  access: AwsAccess,
): Promise<readonly Chosen[]> {
  const [service, ...others] = PREVIOUS ?? []
  const given = [TAG, PREVIOUS, FROM].filter(one => one !== undefined)
  const isExtra =
    (COMMIT !== undefined && PREVIOUS === undefined) || (SERVICE !== undefined && FROM === undefined)
  if (given.length === 1 && !isExtra && others.length === 0) {
    if (TAG !== undefined) return [{ tag: TAG }]
    if (service !== undefined) return [await findPreviousPin(project, environment, service, COMMIT)]
    if (FROM !== undefined) return await verifiedSet(project, environment, { FROM, SERVICE }, access)
  }
  throw new UserError(pinErrors['pin-ambiguous'], 'it is not clear which release to pin', {
    cause:
      'pin takes either TAG, a release, or PREVIOUS, one service, or FROM, an environment; COMMIT goes with PREVIOUS, and SERVICE with FROM',
    remedy: `make pin ENV=${environment} TAG=service-a-v1.1.0, or make pin ENV=${environment} PREVIOUS=a`,
  })
}

async function verifiedSet(
  project: Project,
  environment: string,
  { FROM, SERVICE }: { readonly FROM: string; readonly SERVICE: readonly ServiceName[] | undefined },
  access: AwsAccess,
): Promise<readonly Chosen[]> {
  if (FROM === environment)
    throw new UserError(pinErrors['pin-ambiguous'], `${FROM} cannot be pinned to what it runs itself`, {
      remedy: 'FROM is another environment, such as staging.',
    })
  const pinned = await observePinned(project, FROM)
  const targets = chooseTargets(pinned, SERVICE)
  await requireRemoteHead(
    project,
    pinned.head,
    targets.map(({ service }) => service),
  )
  const ledger = await connectLedgerOf(project, FROM, access)
  return await verifiedReleases(project, { ledger, pinned, targets })
}

async function requireVerifiedIn(
  project: Project,
  environment: string,
  record: ReleaseRecord,
  access: AwsAccess,
): Promise<void> {
  const ledger = await connectLedgerOf(project, environment, access)
  const target = { service: record.tag.service, environment }
  await requireVerified(ledger, target, { tag: printTag(record.tag), digest: recordDigest(record) })
}

type Where = { readonly environment: string; readonly branch: string }

function tell(report: Reporter, done: ProposalResult, { environment, branch }: Where): void {
  for (const one of done.pins) report.item(...describePin(one, done, environment, branch))
  if (done.proposal !== undefined && done.result !== 'would be created') {
    const where = done.proposal.address ?? `from ${done.proposal.branch} to ${branch}`
    report.line(`Nothing is pinned until it is merged. Open the pull request: ${where}`)
  } else if (done.result === 'created') {
    const what = done.pins.length === 1 ? 'pin' : 'pins'
    report.line(`Your branch and files were not touched; git pull brings the ${what}.`)
  }
}

function describePin(
  { tag, result, from }: PinnedRelease,
  { proposal, result: whole }: ProposalResult,
  environment: string,
  branch: string,
): Parameters<Reporter['item']> {
  const before = `(before: ${from ?? 'nothing'})`
  if (result === 'would be created') {
    const where = proposal === undefined ? '' : `, by a pull request from ${proposal.branch}`
    return ['left out', `${environment} would be pinned to ${tag} ${before}${where}`]
  }
  // A proposal that exists already holds pins that do not.
  if (proposal !== undefined && (result === 'created' || whole === 'already done')) {
    const state = result === 'created' ? 'proposed' : 'already proposed'
    return ['passed', `${environment}: the pin of ${tag} is ${state}, on the branch ${proposal.branch}`]
  }
  if (result === 'already done') return ['passed', `${environment} is already pinned to ${tag}`]
  return ['passed', `${environment} is pinned to ${tag} ${before}, pushed to ${branch}`]
}

async function requireUsable(project: Project, named: ReleaseTag): Promise<ReleaseRecord> {
  const { git, stores } = project
  const [record, yank] = await Promise.all([readRecord(stores, named), readYank(stores, named)])
  if (record === undefined) {
    const tag = await meantRelease(project, await remoteRefs(git), named)
    if (printTag(tag) === printTag(named)) throw notReleased(tag)
    return await requireUsable(project, tag)
  }
  if (yank !== undefined) throw refuseYanked(named, yank)
  return record
}

function notReleased(tag: ReleaseTag): UserError {
  return new UserError(pinErrors['pin-not-released'], `${printTag(tag)} is not released: it has no record`, {
    remedy: `make promote TAG=${printTag(tag)}, then pin it.`,
  })
}
