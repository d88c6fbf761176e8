import type { Stores } from '../../../artifacts/io/stores.ts'
import { awsErrors } from '../../../aws/errors.ts'
import { type Attempt, attemptAsync } from '../../../base/attempt.ts'
import type { Clock } from '../../../base/clock.ts'
import { UserError } from '../../../base/user-error.ts'
import { type Applied, kindOfApplied } from '../../../kinds/applied.ts'
import { type Mover, type Standing, standing } from '../../../kinds/io/mover.ts'
import type { Ledger } from '../../../ledger/io/ledger.ts'
import type { Head } from '../../../ledger/io/read-entries.ts'
import type { Target } from '../../../names/target.ts'
import { rolloutErrors } from '../../errors.ts'

/** What a rollback works with. None of it is connected before it is needed. */
export type BackTools = {
  readonly mover: Mover
  /** The ledger, asked once and not for long: traffic does not wait for it. */
  readonly ledger: Promise<Ledger>
  readonly stores: Stores
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** What was seen before anything is done. */
export type Sight = {
  readonly standing: Standing
  /** The newest entry, or why the ledger cannot be read. */
  readonly head: Attempt<Head>
  /** Where the platform itself would go back to. */
  readonly fallback: Attempt<string | undefined>
}

// Longer than a ledger that works ever takes; an unreachable one must not hold traffic back.
const ledgerMs = 3000

/** Looks at the pointer and the ledger at the same time. */
export async function seeBefore(tools: BackTools, target: Target, applied: Applied): Promise<Sight> {
  const [stood, head] = await Promise.all([
    look(tools.mover, applied),
    attemptAsync(async () => await withinLimit(tools.clock, (await tools.ledger).head(target))),
  ])
  if (stood !== undefined) return { ...stood, head }
  throw new UserError(
    rolloutErrors['rollout-no-pointer'],
    `${kindOfApplied(applied).pointer(applied)} does not exist, so there is no traffic to send back`,
    {
      remedy: `make deploy ENV=${target.environment} SERVICE=${target.service} creates it, if the service is pinned there.`,
    },
  )
}

async function look(mover: Mover, applied: Applied): Promise<Omit<Sight, 'head'> | undefined> {
  const found = await standing(mover, applied)
  return found && { standing: found, fallback: await attemptAsync(() => found.fallback()) }
}

/** Waits for an answer, but not for long. */
export async function withinLimit<Value>(clock: Clock, work: Promise<Value>): Promise<Value> {
  const late = clock.sleep(ledgerMs).then(() => {
    throw new UserError(awsErrors['aws-unavailable'], `S3 gave no answer for ${ledgerMs / 1000} s`)
  })
  // Whichever loses must not end the process.
  late.catch(() => undefined)
  work.catch(() => undefined)
  return await Promise.race([work, late])
}
