import type { AwsAccess } from '../../aws/access.ts'
import { connectS3, type S3 } from '../../aws/io/s3.ts'
import { type Attempt, attemptAsync, errorsOf, valuesOf } from '../../base/attempt.ts'
import { sideBySide } from '../../base/io/side-by-side.ts'
import { joinErrors } from '../../base/join-errors.ts'
import { type ResumeAnswer, resumeAnswer } from '../../cli/answers/ledger/resume.ts'
import { action } from '../../cli/command.ts'
import type { Reporter } from '../../cli/reporter.ts'
import type { Applied } from '../../kinds/applied.ts'
import { describeHold } from '../../ledger/hold.ts'
import { readHold } from '../../ledger/io/holds.ts'
import { ledgersAtOnce } from '../../ledger/io/ledger.ts'
import { findLedgers, type LedgerSession } from '../../ledger/io/open.ts'
import { settingsDigest } from '../../ledger/io/settings-digest.ts'
import { describeNextDeploy, type Wanted } from '../../ledger/next-deploy.ts'
import type { Target } from '../../names/target.ts'
import { openAnnounced } from '../../notify/io/outbox.ts'
import { observePinned, type Pinned } from '../../pin/io/pinned.ts'
import { environmentSettings } from '../../project/io/project.ts'
import type { ResumeOptions } from '../../resume.ts'
import { stateKey } from '../../stack/names.ts'
import { readApplied } from '../../terraform/io/state.ts'

/** `make resume`. */
export const resume = action({
  answer: resumeAnswer,
  async run({ ENV, SERVICE, REASON }: ResumeOptions, { dryRun, ...invocation }) {
    const { report } = invocation
    const session = await openAnnounced(invocation, ENV)
    const services = await findLedgers(session, ENV, SERVICE)
    // Read before anything is written. Without the remote a hold can still end.
    const pinned = await attemptAsync(() => observePinned(session.project, ENV))
    const states = await connectStates(session, ENV, invocation.aws)
    const results = await sideBySide(services, ledgersAtOnce, async service => {
      const target = { service, environment: ENV }
      const applied = await attemptAsync(() => readApplied(states, stateKey(target)))
      return await resumeTarget(session, target, { pinned, applied }, dryRun ? undefined : REASON)
    })
    for (const one of valuesOf(results)) show(report, ENV, one)
    const document = { environment: ENV, results: valuesOf(results) }
    joinErrors(errorsOf(results), document)
    return document
  },
})

type Resumed = ResumeAnswer['results'][number]

/** Connects to the bucket of an environment's states. */
async function connectStates(
  { project, environment }: LedgerSession,
  name: string,
  access: AwsAccess,
): Promise<S3> {
  const settings = environmentSettings(project, name, environment, access)
  return await connectS3(settings, environment.stateBucket, project.clock)
}

/** What a deploy would find: the pins, and what was applied. */
type Seen = { readonly pinned: Attempt<Pinned>; readonly applied: Attempt<Applied | undefined> }

async function resumeTarget(
  { ledger, who }: LedgerSession,
  target: Target,
  { pinned, applied }: Seen,
  reason: string | undefined,
): Promise<Resumed> {
  const writer = await ledger.writer(target, who)
  const hold = await readHold(ledger, target, writer.head())
  if (reason !== undefined)
    await writer.append(({ state }) => (state.hold === null ? undefined : { type: 'resumed', reason }))
  const { service } = target
  const next = describeNextDeploy(wantedOf(pinned, target), writer.head().state, applied)
  if (hold === undefined) return { service, result: 'already done', next }
  return { service, result: reason === undefined ? 'would be created' : 'created', hold, next }
}

/** What the next deploy brings. */
function wantedOf(pinned: Attempt<Pinned>, target: Target): Attempt<Wanted | undefined> {
  if ('error' in pinned) return pinned
  const { pins, services, environment, own } = pinned.value
  const pin = pins.get(target.service)
  if (pin === undefined) return { value: undefined }
  if ('error' in pin) return pin
  const config = services.get(target.service)
  const settings = config && settingsDigest(target, config, environment, own.get(target.service))
  return { value: { tag: pin.value.pin.tag, settings } }
}

function show(report: Reporter, environment: string, { service, result, hold, next }: Resumed): void {
  if (hold === undefined) report.item('passed', `${service} was not held in ${environment}`)
  else if (result === 'created')
    report.item('passed', `${service} may be deployed to ${environment} again. It was ${describeHold(hold)}`)
  else report.item('left out', `${service} would be let through again. It is ${describeHold(hold)}`)
  report.line(`    ${next}`)
}
