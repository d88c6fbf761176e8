import { awsErrors } from '../../aws/errors.ts'
import { attemptAsync } from '../../base/attempt.ts'
import { sideBySide } from '../../base/io/side-by-side.ts'
import { plain } from '../../base/printable.ts'
import type { UserError } from '../../base/user-error.ts'
import { eventOf, type ReadEntry } from '../../ledger/entry.ts'
import { readHold } from '../../ledger/io/holds.ts'
import { type Ledger, ledgersAtOnce } from '../../ledger/io/ledger.ts'
import type { Head } from '../../ledger/io/read-entries.ts'
import { isServiceName } from '../../names/service-name.ts'
import { printTarget, type Target } from '../../names/target.ts'
import { type Finding, findInLedger } from '../findings.ts'
import { findInState, type LedgerSeen } from '../ledger-faults.ts'
import type { Repairs } from './compare.ts'
import { settleNotices } from './notices.ts'

/**
 * What all ledgers of an environment say that somebody should look at, and the notices that are missing, which are sent
 * unless it is a dry run. `known` are the targets about which something was found before.
 */
export async function lookAtLedgers(
  repairs: Repairs,
  known: ReadonlySet<string>,
  dryRun: boolean,
): Promise<Finding[]> {
  const { ledger, name } = repairs
  const services = (await ledger.services(name)).filter(isServiceName)
  const targets = services.map((service): Target => ({ service, environment: name }))
  const found = await sideBySide(targets, ledgersAtOnce, async target => [
    ...(known.has(printTarget(target)) ? [] : findInState(target, await lookAt(ledger, target))),
    ...(await settleNotices(repairs, target, dryRun)),
  ])
  return found.flatMap(one =>
    'value' in one
      ? one.value
      : [{ subject: printTarget(one.target), problem: one.error.message, error: one.error }],
  )
}

async function lookAt(ledger: Ledger, target: Target): Promise<LedgerSeen> {
  const head = await ledger.head(target)
  const { state, time: now } = head
  const first =
    state.open?.type === 'rollout' ? await entryAt(ledger, target, head, state.open.sequence) : undefined
  const event = first && eventOf(first)
  const deadline = event?.type === 'started' ? event.rollout?.deadline : undefined
  return {
    state,
    now,
    begun: first && { at: first.time, deadline },
    hold: await readHold(ledger, target, head),
  }
}

async function entryAt(
  ledger: Ledger,
  target: Target,
  { entry }: Head,
  sequence: number,
): Promise<ReadEntry> {
  return entry?.sequence === sequence ? entry : await ledger.read(target, sequence)
}

/** What runs in the environment although it has neither a pin nor a ledger. */
export async function findUnknown(repairs: Repairs, pinned: ReadonlySet<string>): Promise<Finding[]> {
  const { name, states, ledger, movers } = repairs
  const listed = await attemptAsync(() => states.list(`${name}/`))
  if ('error' in listed)
    return isMissing(listed.error)
      ? []
      : [{ subject: name, problem: listed.error.message, error: listed.error }]
  const services = listed.value
    .map(key => key.slice(name.length + 1).replace(/\.tfstate$/, ''))
    .filter(isServiceName)
    .filter(service => !pinned.has(service))
  const found = await sideBySide(services, ledgersAtOnce, async service => {
    const target: Target = { service, environment: name }
    const applied = await repairs.readApplied(target)
    if (applied === undefined || (await ledger.head(target)).sequence > 0) return []
    const pointer = await (await movers(applied.kind)).look(applied)
    if (pointer === undefined) return []
    return [
      findInLedger(
        target,
        `it runs ${plain(applied.tag)}, which no pin and no ledger knows`,
        `make destroy ENV=${name} SERVICE=${service} takes it down; or pin it and deploy it.`,
      ),
    ]
  })
  return found.flatMap(one =>
    'value' in one ? one.value : [{ subject: one.target, problem: one.error.message, error: one.error }],
  )
}

/** Whether there is no bucket yet, and so nothing that was applied. */
function isMissing({ code }: UserError): boolean {
  return code === awsErrors['aws-not-found'].code
}
