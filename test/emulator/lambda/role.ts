import type { Identity } from '../iam/identities.ts'
import { actionsIn, parsePolicy } from '../iam/policy-document.ts'
import type { IamState } from '../iam/state.ts'
import { wildcard } from '../iam/wildcard.ts'
import { invalidValue, lambdaError } from './errors.ts'

/** Refuses a role of another account, one that does not exist, and one that does not trust Lambda. */
export function checkRole(iam: IamState, { account }: Identity, arn: string): void {
  if (!arn.startsWith(`arn:aws:iam::${account}:`)) {
    throw lambdaError('AccessDeniedException', 'Cross-account pass role is not allowed.')
  }
  if (trustsLambda(iam.roles.get(arn)?.trustPolicy ?? '')) return
  throw invalidValue('The role defined for the function cannot be assumed by Lambda.')
}

function trustsLambda(policy: string): boolean {
  return (parsePolicy(policy)?.Statement ?? []).some(statement => {
    const { Effect, Principal } = statement
    const services = (typeof Principal === 'object' && Principal.Service) || []
    return (
      Effect === 'Allow' &&
      services.includes('lambda.amazonaws.com') &&
      actionsIn(statement).some(action => wildcard(action, 'sts:AssumeRole'))
    )
  })
}
