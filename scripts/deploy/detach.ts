import { UserError } from '../base/user-error.ts'
import type { GuardianSettings } from '../catalogue/guardian-settings.ts'
import { deployErrors } from './errors.ts'

/** Refuses to leave a rollout to nobody. */
export function requireStepper(environment: string, guardian: GuardianSettings | undefined): void {
  if (guardian?.steps !== undefined) return
  throw new UserError(
    deployErrors['deploy-detach'],
    `DETACH would leave a rollout in ${environment} to nobody who goes on with it`,
    {
      cause:
        guardian === undefined
          ? `${environment} has no guardian in cdktf/environments.json`
          : `the guardian of ${environment} makes no steps: it would only send the traffic back at the deadline`,
      remedy: `Set "guardian": { "steps": "guardian" } at ${environment} there and deploy the guardian, or leave DETACH out.`,
    },
  )
}
