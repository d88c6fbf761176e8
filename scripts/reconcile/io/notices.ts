import { sideBySide } from '../../base/io/side-by-side.ts'
import { UserError } from '../../base/user-error.ts'
import { ledgersAtOnce } from '../../ledger/io/ledger.ts'
import { isServiceName } from '../../names/service-name.ts'
import { printTarget, type Target } from '../../names/target.ts'
import { channelTitles } from '../../notify/channel.ts'
import { notifyErrors } from '../../notify/errors.ts'
import { type Announcement, announce, type NoticeTools } from '../../notify/io/announce.ts'
import { findUnsent, type Unsent } from '../../notify/io/unsent.ts'
import type { Finding } from '../findings.ts'
import type { Repairs } from './compare.ts'

/** The notices of an environment that are missing; they are sent unless it is a dry run. */
export async function settleAllNotices(
  repairs: Pick<Repairs, 'ledger' | 'notices' | 'name'>,
  dryRun: boolean,
): Promise<Finding[]> {
  const { ledger, name } = repairs
  const services = (await ledger.services(name)).filter(isServiceName)
  const targets = services.map((service): Target => ({ service, environment: name }))
  const settled = await sideBySide(targets, ledgersAtOnce, target => settleNotices(repairs, target, dryRun))
  return settled.flatMap(one =>
    'value' in one
      ? one.value
      : [{ subject: printTarget(one.target), problem: one.error.message, error: one.error }],
  )
}

/** The notices of a target that are missing; they are sent unless it is a dry run. */
export async function settleNotices(
  { ledger, notices }: Pick<Repairs, 'ledger' | 'notices'>,
  target: Target,
  dryRun: boolean,
): Promise<Finding[]> {
  const findings: Finding[] = []
  // One after the other: they are read in the order in which they happened.
  for (const unsent of await findUnsent(notices, ledger, target))
    findings.push(dryRun ? missing(target, unsent, absentIn(notices)) : await send(notices, target, unsent))
  return findings
}

async function send(tools: NoticeTools, target: Target, unsent: Unsent): Promise<Finding> {
  const results = await announce(tools, unsent.entry)
  const failed = results.find(({ error }) => error !== undefined)
  if (failed?.error === undefined) return missing(target, unsent, results.filter(isAbsent))
  return { ...missing(target, unsent, []), error: failed.error }
}

function isAbsent({ result }: Announcement): boolean {
  return result === 'not from here'
}

function absentIn({ channels }: NoticeTools): Pick<Announcement, 'channel'>[] {
  return channels.flatMap(one => ('absent' in one ? [{ channel: one.name }] : []))
}

function missing(
  target: Target,
  { entry, title, channels }: Unsent,
  absent: readonly Pick<Announcement, 'channel'>[],
): Finding {
  const where = channels.map(name => channelTitles[name]).join(', ')
  const found = {
    subject: printTarget(target),
    problem: `the notice of entry ${entry.sequence} ("${title}") is missing in ${where}`,
  }
  const elsewhere = absent.filter(({ channel }) => channels.includes(channel))
  if (elsewhere.length === 0) return found
  const { environment } = target
  return {
    ...found,
    error: new UserError(
      notifyErrors['notice-elsewhere'],
      `the notice of entry ${entry.sequence} of ${printTarget(target)} cannot be sent from here`,
      {
        cause: 'there is no GITHUB_TOKEN',
        remedy: `GITHUB_TOKEN=… make reconcile ENV=${environment}, with a token that may write deployments.`,
      },
    ),
  }
}
