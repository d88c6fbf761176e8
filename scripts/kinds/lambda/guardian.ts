import { iamArn, type Place, regionalArn } from '../../aws/arn.ts'
import type { Target } from '../../names/target.ts'
import type { FunctionApplied } from './applied.ts'
import { aliasNames, functionName, functionNames } from './names.ts'

/** How it runs: long enough to read a ledger and answer each alarm that rings at once. */
export const guardianService = {
  kind: 'lambda-zip',
  settings: { timeout: 120, memory: 512 },
} as const

/** What a function that watches over an environment is called there, and what calls it. */
export function guardianNames(target: Target, place: Place) {
  const { role, schedulerRole } = functionNames(target)
  const name = guardianFunction(target)
  const { live } = aliasNames(target.environment)
  return {
    function: name,
    role,
    roleArn: iamArn(place, `role/${role}`),
    alias: live,
    arn: regionalArn('lambda', place, `function:${name}`),
    /** What is called: an alarm, a rule and a schedule name it alike. */
    address: regionalArn('lambda', place, `function:${name}:${live}`),
    /** The role that a schedule calls it with. */
    schedulerRole,
    schedulerRoleArn: iamArn(place, `role/${schedulerRole}`),
    /** The rule that tells it what ECS does, and the schedule for the steps. */
    rule: `${name}-deployments`,
    steps: `${name}-steps`,
  } as const
}

/** No guardian was there before Waybill. */
function guardianFunction(target: Target): string {
  return functionName(target, {})
}

/** Where its traffic goes through, whatever of it is applied. */
export function guardianApplied(target: Target): FunctionApplied<'lambda-zip'> {
  const functionName = guardianFunction(target)
  return { kind: 'lambda-zip', tag: '', revision: '', functionName, ...aliasNames(target.environment) }
}
