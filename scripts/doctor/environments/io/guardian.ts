import type { AwsSettings } from '../../../aws/io/calls.ts'
import { andThen, attemptAsync } from '../../../base/attempt.ts'
import type { Clock } from '../../../base/clock.ts'
import type { GuardianSettings } from '../../../catalogue/guardian-settings.ts'
import { guardianTarget } from '../../../guardian/names.ts'
import { connectMovers } from '../../../kinds/io/movers.ts'
import { guardianApplied } from '../../../kinds/lambda/guardian.ts'
import type { Look } from '../../check.ts'

/** Looks whether the guardian of an environment was deployed. */
export async function observeGuardian(
  settings: AwsSettings,
  { name, guardian, clock }: { name: string; guardian: GuardianSettings; clock: Clock },
): Promise<Look<boolean>> {
  const applied = guardianApplied(guardianTarget(guardian, name))
  const movers = connectMovers(settings, clock)
  const found = await attemptAsync(async () => await (await movers(applied.kind)).look(applied))
  return andThen(found, pointer => pointer !== undefined)
}
