import { awsAccess } from '../../scripts/aws/access.ts'
import type { AwsSettings } from '../../scripts/aws/io/calls.ts'
import type { Emulator } from '../emulator/emulator.ts'

// Longer than any test: a run that is killed by an answer which never comes must not go on when it has waited long enough.
const callTimeoutMs = 600_000

/** The settings of staging, in an emulated AWS; `timeoutMs` is short in a test where no answer comes. */
export function settingsOf(
  { env, account }: Pick<Emulator, 'env'> & Partial<Pick<Emulator, 'account'>>,
  { timeoutMs = callTimeoutMs, ...more }: Partial<AwsSettings> = {},
): AwsSettings {
  return {
    section: 'environments.staging',
    account: account ?? '111111111111',
    region: env.AWS_REGION ?? 'us-east-1',
    putImagePerSecond: 10,
    timeoutMs,
    access: awsAccess(env, { timeoutMs, isProcess: false }),
    ...more,
  }
}
