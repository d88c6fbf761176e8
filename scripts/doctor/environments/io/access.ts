import { iamArn } from '../../../aws/arn.ts'
import { type AwsSettings, required } from '../../../aws/io/calls.ts'
import { openIam } from '../../../aws/io/clients.ts'
import { andThen } from '../../../base/attempt.ts'
import type { Look } from '../../check.ts'
import { attemptCallOrNone } from '../../io/attempt-call.ts'
import type { AccessFound, AccessSeen } from '../seen.ts'

// IAM API reference, CreateRole: an hour unless the role says otherwise.
const defaultSeconds = 3600

const none = 'NoSuchEntityException'

/** Looks whether a role or a boundary of Waybill exists, and how long sessions of the role may last. */
export async function observeAccess(
  settings: AwsSettings,
  { what, name }: Pick<AccessSeen, 'what' | 'name'>,
): Promise<Look<AccessFound | undefined>> {
  const readRole = async () => {
    const { sdk, client } = await openIam(settings)
    return required((await client.send(new sdk.GetRoleCommand({ RoleName: name }))).Role)
  }
  const readPolicy = async () => {
    const { sdk, client } = await openIam(settings)
    const PolicyArn = iamArn(settings, `policy/${name}`)
    return required((await client.send(new sdk.GetPolicyCommand({ PolicyArn }))).Policy)
  }
  const [right, read] = (
    what === 'role' ? ['iam:GetRole', readRole] : ['iam:GetPolicy', readPolicy]
  ) satisfies [string, () => Promise<object>]
  const call = { right, doing: `read the ${what} ${name}`, none }
  return andThen(
    await attemptCallOrNone<object & { MaxSessionDuration?: number | undefined }>(settings, call, read),
    found => found && { sessionMinutes: (found.MaxSessionDuration ?? defaultSeconds) / 60 },
  )
}
