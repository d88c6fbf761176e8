import { isServiceName } from '../names/service-name.ts'
import type { Target } from '../names/target.ts'

/** The target whose service an ARN names, as in `…:service/<cluster>/<service>-<environment>`. */
export function targetOfDeployment(arn: string, environment: string): Target | undefined {
  const name = arn.slice(arn.lastIndexOf('/') + 1)
  const ending = `-${environment}`
  const service = name.endsWith(ending) ? name.slice(0, -ending.length) : ''
  return isServiceName(service) ? { service, environment } : undefined
}
