import { UserError } from '../../../scripts/base/user-error.ts'
import type { Environment } from '../../../scripts/catalogue/environments.ts'
import { guardianTarget } from '../../../scripts/guardian/names.ts'
import { guardianNames } from '../../../scripts/kinds/lambda/guardian.ts'
import type { CommonSettings } from '../../../scripts/kinds/settings.ts'
import { printTarget, type Target } from '../../../scripts/names/target.ts'
import { stackErrors } from '../../../scripts/stack/errors.ts'

type Watched = { readonly target: Target; readonly environment: Environment }

/** Whether a target is the guardian of its environment. */
export function isGuardian({ target, environment }: Watched): boolean {
  return target.service === environment.guardian?.service
}

/** Refuses a guardian that nothing could call: alarms and schedules call functions. */
export function requireNoGuardian(watched: Watched): void {
  if (!isGuardian(watched)) return
  throw new UserError(
    stackErrors['setting-guardian'],
    `${printTarget(watched.target)} would be the guardian, and is not a function`,
    { cause: 'alarms, rules and schedules call functions' },
  )
}

/** What an alarm of a target calls: what its settings name, and the guardian, unless the alarm may ring or is the guardian's own. */
export function alarmActions(
  watched: Watched & { readonly settings: Pick<CommonSettings, 'alarmActions'> },
  alarm: string,
  mayRing: readonly string[] = [],
): string[] {
  const { target, environment, settings } = watched
  const { alarmActions: own = [] } = settings
  const { guardian } = environment
  if (guardian === undefined || isGuardian(watched) || mayRing.includes(alarm)) return own
  const { address } = guardianNames(guardianTarget(guardian, target.environment), environment)
  return [...own, address]
}
