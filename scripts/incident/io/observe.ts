import type { AwsAccess } from '../../aws/access.ts'
import { type Attempt, attemptAsync } from '../../base/attempt.ts'
import { UserError } from '../../base/user-error.ts'
import { remoteRefs } from '../../git/io/remote.ts'
import { kindOfApplied, parseApplied } from '../../kinds/applied.ts'
import type { Deployment } from '../../ledger/entry.ts'
import type { LedgerSession } from '../../ledger/io/open.ts'
import { printWho } from '../../ledger/who.ts'
import type { CommitSha } from '../../names/commit.ts'
import type { Target } from '../../names/target.ts'
import { environmentSettings } from '../../project/io/project.ts'
import { incidentErrors } from '../errors.ts'
import type { Incident, Side } from '../incident.ts'
import type { Window } from '../log-lines.ts'
import { alarmTurns } from './aws.ts'
import { type Found, findIncident } from './find.ts'
import { commitsOfService, releasesWith, settingsBetween } from './git.ts'
import { logTail } from './log-tail.ts'

/** Reads all that is known of a rollback, each part on its own. */
export async function observeIncident(
  session: LedgerSession,
  target: Target,
  { sequence, aws }: { readonly sequence: number | undefined; readonly aws: AwsAccess },
): Promise<Incident> {
  const found = await findIncident(session.ledger, target, sequence)
  const { entry, event, begun, good, activities, isHeld } = found
  const bad = badSide(found)
  const parts = await observeParts(session, target, { found, bad, aws })
  return {
    target,
    sequence: entry.sequence,
    id: entry.id,
    by: printWho(entry.who),
    began: begun?.entry.time ?? entry.time,
    ended: entry.time,
    reason: event.reason,
    bad,
    good: good && { tag: good.tag, digest: good.digest, revision: good.applied.revision },
    activities,
    isHeld,
    ...parts,
  }
}

function badSide({ event, begun }: Found): Side {
  const deployment = begun?.event.deployment
  if (deployment !== undefined)
    return { tag: deployment.tag, digest: deployment.digest, revision: deployment.applied.revision }
  return event.type === 'rollback'
    ? { tag: event.from.tag, digest: undefined, revision: event.from.revision }
    : { tag: undefined, digest: undefined, revision: 'unknown' }
}

type About = { readonly found: Found; readonly bad: Side; readonly aws: AwsAccess }
type Parts = Pick<Incident, 'commits' | 'settings' | 'alarms' | 'log' | 'carriers'>

async function observeParts(
  { project, environment }: LedgerSession,
  target: Target,
  { found, bad, aws }: About,
): Promise<Parts> {
  const { begun, good } = found
  const settings = environmentSettings(project, target.environment, environment, aws)
  const window = windowOf(found)
  const refs = attemptAsync(() => remoteRefs(project.git))
  const ofTag = async <T>(read: (tag: string, all: Awaited<ReturnType<typeof remoteRefs>>) => Promise<T>) => {
    const all = await refs
    if ('error' in all) return all
    const { tag } = bad
    return tag === undefined
      ? unknown('which release it was')
      : await attemptAsync(() => read(tag, all.value))
  }
  const deployment = begun?.event.deployment
  const [commits, settingsChanged, carriers, alarms, log] = await Promise.all([
    ofTag((to, all) => commitsOfService(project, all, target, { from: good?.tag, to })),
    deployment === undefined || good === undefined
      ? unknown('the settings of both')
      : attemptAsync(() =>
          settingsBetween(project, target, {
            from: good.commit as CommitSha,
            to: deployment.commit as CommitSha,
          }),
        ),
    ofTag((tag, all) => releasesWith(project, all, target, tag)),
    attemptAsync(() => alarmTurns(settings, alarmsOf(target, found), window)),
    deployment === undefined
      ? unknown('what ran')
      : attemptAsync(() => logTail(settings, logOf(target, deployment), window)),
  ])
  return { commits, settings: settingsChanged, carriers, alarms, log }
}

// The metrics of the last minute come a minute late, and alarms after them.
const afterMs = 5 * 60_000

function windowOf({ entry, begun }: Found): Window {
  const to = new Date(Date.parse(entry.time) + afterMs)
  // A deployment that was verified long ago went bad a moment before somebody went back.
  const from = Math.max(Date.parse(begun?.entry.time ?? entry.time), to.getTime() - longestMs)
  return { from: new Date(from), to }
}

const longestMs = 24 * 60 * 60_000

function alarmsOf(target: Target, { begun, good }: Found): readonly string[] {
  const deployment = begun?.event.deployment ?? good
  const own =
    deployment === undefined ? [] : (kindOfApplied(parseApplied(deployment.applied)).alarms?.(target) ?? [])
  return [...new Set([...own, ...(begun?.event.rollout?.alarms ?? [])])]
}

function logOf(target: Target, deployment: Deployment) {
  const applied = parseApplied(deployment.applied)
  return kindOfApplied(applied).log(target, applied)
}

function unknown(what: string): Attempt<never> {
  return { error: new UserError(incidentErrors['incident-none'], `no entry says ${what}`) }
}
