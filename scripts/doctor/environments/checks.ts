import { behind, blocked, type DoctorCheck, judge, type Look, passes } from '../check.ts'
import { checkRevisions } from '../revisions/checks.ts'
import { checkAccess, checkLedgerBucket, checkStateBucket } from './bootstrap.ts'
import { checkChannels } from './channels.ts'
import { checkGuardian } from './guardian.ts'
import { checkListener } from './listener.ts'
import type { EnvironmentSeen } from './seen.ts'
import { checkSurroundings } from './surroundings.ts'

/**
 * Checks what a first deploy to an environment needs, in the order in which a person sets it up; `file` is the check of
 * the file that names it.
 */
export function checkEnvironment(
  name: string,
  seen: Look<EnvironmentSeen> | undefined,
  file: DoctorCheck,
): DoctorCheck[] {
  const title = `environment ${name}`
  if (seen === undefined) return [judge(title, blocked(file), () => file)]
  if (!('value' in seen)) return [judge(title, seen, () => passes(title, ''))]
  const { environment, caller } = seen.value
  const account = judge(title, caller, arn => passes(title, `${arn}, in its account ${environment.account}`))
  const all = waitFor(account, seen.value)
  const stateBucket = checkStateBucket(all)
  return [
    account,
    stateBucket,
    checkLedgerBucket(all),
    ...checkAccess(all),
    ...checkSettings(all),
    ...checkSurroundings(all),
    ...checkListener(all),
    ...checkGuardian(all),
    ...checkChannels(all),
    checkRevisions(name, hasStates(all) ? all.revisions : blocked(stateBucket)),
  ]
}

/** Whether there is a bucket in which states could be, as far as anybody could see. */
function hasStates({ stateBucket }: EnvironmentSeen): boolean {
  return !('value' in stateBucket) || stateBucket.value !== undefined
}

/** Marks every look that the wrong credentials have prevented. */
function waitFor(account: DoctorCheck, seen: EnvironmentSeen): EnvironmentSeen {
  const wait = <T>(look: Look<T>) => behind(account, look)
  const waitIfAny = <T>(look: Look<T> | undefined) => (look === undefined ? undefined : wait(look))
  return {
    ...seen,
    stateBucket: wait(seen.stateBucket),
    ledgerBucket: wait(seen.ledgerBucket),
    access: seen.access.map(one => ({ ...one, found: wait(one.found) })),
    cluster: waitIfAny(seen.cluster),
    subnets: waitIfAny(seen.subnets),
    securityGroups: waitIfAny(seen.securityGroups),
    listener: waitIfAny(seen.listener),
    rules: waitIfAny(seen.rules),
    topic: waitIfAny(seen.topic),
    webhook: waitIfAny(seen.webhook),
    revisions: wait(seen.revisions),
    guardian: waitIfAny(seen.guardian),
  }
}

function checkSettings({ demand }: EnvironmentSeen): DoctorCheck[] {
  return demand.unknown.map(({ service, error }) => {
    const title = `settings of ${service}`
    return judge(title, { error }, () => passes(title, ''))
  })
}
