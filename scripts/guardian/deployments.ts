import { isServiceName } from '../names/service-name.ts'
import type { Target } from '../names/target.ts'
import type { GuardianPlace } from './place.ts'

/** The target whose service an ARN names, as in `…:service/<cluster>/<service>-<environment>`, or in its settings. */
export function targetOfDeployment(
  arn: string,
  { environment, cluster, own = {} }: Pick<GuardianPlace, 'environment' | 'cluster' | 'own'>,
): Target | undefined {
  const [where, name = ''] = arn.split('/').slice(-2)
  const called = Object.entries(own).find(
    ([, given]) => given.name === name && (given.cluster ?? cluster) === where,
  )?.[0]
  if (called !== undefined && isServiceName(called)) return { service: called, environment }
  const ending = `-${environment}`
  const service = name.endsWith(ending) ? name.slice(0, -ending.length) : ''
  return isServiceName(service) ? { service, environment } : undefined
}
