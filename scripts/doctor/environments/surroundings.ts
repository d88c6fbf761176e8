import type { Need } from '../../kinds/kind.ts'
import { describeNeeds, unmetNeeds } from '../../kinds/needs.ts'
import { type DoctorCheck, fails, judge, type Look, passes } from '../check.ts'
import type { EnvironmentSeen, InNetwork } from './seen.ts'

/** Checks what the services need and Waybill does not create: what the file names must exist and fit together. */
export function checkSurroundings(seen: EnvironmentSeen): DoctorCheck[] {
  return [...checkNamed(seen), ...checkCluster(seen), ...checkNetwork(seen)]
}

const titles: Readonly<Record<Need, string>> = {
  cluster: 'cluster',
  network: 'network',
  securityGroups: 'security groups',
  listener: 'listener',
  testListener: 'test listener',
}

function checkNamed({ name, environment, demand }: EnvironmentSeen): DoctorCheck[] {
  return unmetNeeds([...demand.needs.keys()], environment).map(need => {
    const { what, example } = describeNeeds([need])
    const services = demand.needs.get(need) ?? []
    const verb = services.length === 1 ? 'needs' : 'need'
    return fails(
      titles[need],
      `${services.join(', ')} ${verb} ${what}, which cdktf/environments.json does not name`,
      `Add to ${name} there: ${example}`,
    )
  })
}

function checkCluster({ name, environment, demand, cluster }: EnvironmentSeen): DoctorCheck[] {
  if (cluster === undefined) return []
  const title = titles.cluster
  const { cluster: named, region } = environment
  const remedy = `aws ecs create-cluster --cluster-name ${named} --region ${region} creates it; or correct cluster of ${name} in cdktf/environments.json.`
  return [
    judge(title, cluster, seen => {
      const lacking = [...demand.capacityProviders].filter(([one]) => !seen?.capacityProviders.includes(one))
      if (seen?.status === 'ACTIVE' && lacking.length > 0)
        return fails(
          title,
          lacking.map(([one, users]) => `${named} lacks ${one} for ${users.join(', ')}`).join('; '),
          `aws ecs put-cluster-capacity-providers --cluster ${named} --region ${region} --capacity-providers FARGATE FARGATE_SPOT --default-capacity-provider-strategy '[]' adds them; name any others that it has, too.`,
        )
      if (seen?.status === 'ACTIVE') return passes(title, `${named} is ACTIVE`)
      const problem = seen === undefined ? 'does not exist' : `is ${seen.status}`
      return fails(title, `${named} ${problem} in ${placeOf(environment)}`, remedy)
    }),
  ]
}

function checkNetwork({ name, environment, subnets, securityGroups }: EnvironmentSeen): DoctorCheck[] {
  const { network } = environment
  if (network === undefined) return []
  const check = (title: string, ids: readonly string[], found: Look<readonly InNetwork[]> | undefined) =>
    found === undefined || ids.length === 0
      ? []
      : [
          judge(title, found, there => {
            const faults = faultsOf(ids, there, network.vpc, placeOf(environment))
            if (faults.length === 0) return passes(title, `${ids.join(', ')} in ${network.vpc}`)
            const remedy = `Correct network of ${name} in cdktf/environments.json.`
            return fails(title, faults.join('; '), remedy)
          }),
        ]
  return [
    ...check('subnets', network.subnets, subnets),
    ...check(titles.securityGroups, network.securityGroups ?? [], securityGroups),
  ]
}

function faultsOf(ids: readonly string[], found: readonly InNetwork[], vpc: string, place: string): string[] {
  const byId = new Map(found.map(one => [one.id, one.vpc]))
  const missing = ids.filter(id => !byId.has(id))
  const elsewhere = found.filter(one => one.vpc !== vpc)
  return [
    ...(missing.length === 0 ? [] : [`there is no ${missing.join(', ')} in ${place}`]),
    ...elsewhere.map(one => `${one.id} is in ${one.vpc}, and network.vpc is ${vpc}`),
  ]
}

/** What messages call an environment's account and region. */
export function placeOf({ account, region }: EnvironmentSeen['environment']): string {
  return `account ${account}, region ${region}`
}
