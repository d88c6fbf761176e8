import type {
  DeploymentConfiguration,
  ServiceDeployment as EcsServiceDeployment,
  ServiceRevision as EcsServiceRevision,
  Service,
} from '@aws-sdk/client-ecs'
import { type AwsSettings, awsFailure, explainAws, incompleteAnswer } from '../../../aws/io/calls.ts'
import { openBalancers, openEcs } from '../../../aws/io/clients.ts'
import { plain } from '../../../base/printable.ts'
import { primaryOf } from '../deployment.ts'
import { percentages, type ServiceDeployment, type ServiceRevision, type ShiftSeen } from '../shift.ts'
import { deploymentOf, type EcsRef } from './client.ts'

/** What sends requests to a service: its two target groups and its rule; fewer where it does not shift yet. */
export type Routes = {
  readonly groups: readonly string[]
  readonly rule: string | undefined
  /** The rule that only test traffic goes through. */
  readonly testRule: string | undefined
}

/** A service that shifts traffic, with what counts its requests. */
export type Shifting = ShiftSeen & Routes & { readonly configuration: DeploymentConfiguration }

/** The calls to ECS and its load balancer that a rollout by steps makes. */
export type Shifts = {
  /** What a service does on its way to a task definition; undefined if it does not exist. */
  see(ref: EcsRef, revision: string): Promise<Shifting | undefined>
  /** What sends requests to a service; undefined if it does not exist. */
  routes(ref: EcsRef): Promise<Routes | undefined>
  /** How a service deploys; undefined if it does not exist, or is deploying now. */
  atRest(ref: EcsRef): Promise<DeploymentConfiguration | undefined>
  /** Begins a deployment. */
  begin(ref: EcsRef, taskDefinition: string, configuration: DeploymentConfiguration): Promise<void>
  /** Changes how later deployments go. */
  configure(ref: EcsRef, configuration: DeploymentConfiguration): Promise<void>
  /** Continues a deployment. Returns false if the hook does not wait. */
  proceed(serviceDeploymentArn: string, hookId: string): Promise<boolean>
}

/** Connects to ECS and Elastic Load Balancing in an environment. */
export async function connectShifts(settings: AwsSettings): Promise<Shifts> {
  const { sdk, client } = await openEcs(settings)
  const balancers = openBalancersOnce(settings)
  // What a service revision is never changes.
  const known = new Map<string, ServiceRevision>()

  async function describe({ cluster, service }: EcsRef): Promise<Service | undefined> {
    const doing = `read the ECS service ${service} of ${cluster}`
    const command = new sdk.DescribeServicesCommand({ cluster, services: [service] })
    const answer = await asked(() => client.send(command), doing)
    const [found] = answer.services ?? []
    if (found === undefined && (answer.failures ?? []).length === 0)
      throw explainAws(incompleteAnswer(), settings, doing)
    return found?.status === 'INACTIVE' ? undefined : found
  }

  async function serviceDeployment(arn: string): Promise<ServiceDeployment> {
    const doing = `read the service deployment ${arn}`
    const command = new sdk.DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] })
    const [found] = (await asked(() => client.send(command), doing)).serviceDeployments ?? []
    const target = found?.targetServiceRevision?.arn
    if (found === undefined || target === undefined) throw explainAws(incompleteAnswer(), settings, doing)
    const source = found.sourceServiceRevisions?.[0]?.arn
    const [from, to] = await revisions([source, target])
    if (to === undefined) throw explainAws(incompleteAnswer(), settings, doing)
    return deploymentIn(found, arn, { source: from, target: to })
  }

  async function revisions(arns: readonly (string | undefined)[]): Promise<(ServiceRevision | undefined)[]> {
    const unknown = arns.filter(arn => arn !== undefined && !known.has(arn)) as string[]
    if (unknown.length > 0) {
      const command = new sdk.DescribeServiceRevisionsCommand({ serviceRevisionArns: unknown })
      const { serviceRevisions = [] } = await asked(
        () => client.send(command),
        `read the service revisions ${unknown.join(' and ')}`,
      )
      for (const one of serviceRevisions) known.set(one.serviceRevisionArn ?? '', revisionIn(one))
    }
    return arns.map(arn => (arn === undefined ? undefined : known.get(arn)))
  }

  /** The newest service deployment, which has ended. */
  async function lastDeployment({ cluster, service }: EcsRef): Promise<ServiceDeployment | undefined> {
    const command = new sdk.ListServiceDeploymentsCommand({ cluster, service })
    const { serviceDeployments = [] } = await asked(
      () => client.send(command),
      `read the deployments of ${service} in ${cluster}`,
    )
    const [newest] = serviceDeployments.toSorted((a, b) => Number(b.createdAt) - Number(a.createdAt))
    const [target] = await revisions([newest?.targetServiceRevisionArn])
    if (newest === undefined || target === undefined) return undefined
    return deploymentIn(newest, newest.serviceDeploymentArn ?? '', { source: undefined, target })
  }

  async function weightsOf(rule: string): Promise<Record<string, number>> {
    const doing = `read the rule ${rule}`
    const { sdk: balancing, client: balancer } = await balancers()
    const command = new balancing.DescribeRulesCommand({ RuleArns: [rule] })
    const { Rules } = await asked(() => balancer.send(command), doing)
    const action = Rules?.[0]?.Actions?.find(({ Type }) => Type === 'forward')
    if (Rules === undefined || action === undefined) throw explainAws(incompleteAnswer(), settings, doing)
    const groups = action.ForwardConfig?.TargetGroups ?? [
      { TargetGroupArn: action.TargetGroupArn, Weight: 1 },
    ]
    return percentages(
      Object.fromEntries(groups.map(({ TargetGroupArn, Weight = 1 }) => [TargetGroupArn ?? '', Weight])),
    )
  }

  async function asked<Answer>(ask: () => Promise<Answer>, doing: string): Promise<Answer> {
    try {
      return await ask()
    } catch (error) {
      throw explainAws(error, settings, doing)
    }
  }

  return {
    async see(ref, revision) {
      const found = await describe(ref)
      const primary = found && primaryOf((found.deployments ?? []).map(deploymentOf))
      if (found === undefined || primary === undefined) return undefined
      const routes = routesOf(found)
      const { currentServiceDeployment: current } = found
      const [weights, newest, [running]] = await Promise.all([
        routes.rule === undefined ? undefined : weightsOf(routes.rule),
        current === undefined ? undefined : serviceDeployment(current),
        current === undefined ? revisions([found.currentServiceRevisions?.[0]?.arn]) : [undefined],
      ])
      const isBack = newest === undefined && primary.taskDefinition !== revision
      return {
        primary,
        weights,
        newest: isBack ? await backFrom(await lastDeployment(ref)) : newest,
        running,
        configuration: found.deploymentConfiguration ?? {},
        ...routes,
      }
    },
    async routes(ref) {
      const found = await describe(ref)
      return found && routesOf(found)
    },
    async atRest(ref) {
      const found = await describe(ref)
      return found?.currentServiceDeployment === undefined ? found?.deploymentConfiguration : undefined
    },
    async begin({ cluster, service }, taskDefinition, deploymentConfiguration) {
      const input = { cluster, service, taskDefinition, deploymentConfiguration }
      await asked(
        () => client.send(new sdk.UpdateServiceCommand(input)),
        `give ${service} of ${cluster} the task definition ${taskDefinition}`,
      )
    },
    async configure({ cluster, service }, deploymentConfiguration) {
      const input = { cluster, service, deploymentConfiguration }
      await asked(
        () => client.send(new sdk.UpdateServiceCommand(input)),
        `set how ${service} of ${cluster} is deployed`,
      )
    },
    async proceed(serviceDeploymentArn, hookId) {
      const input = { serviceDeploymentArn, hookId, action: 'CONTINUE' } as const
      try {
        await client.send(new sdk.ContinueServiceDeploymentCommand(input))
        return true
      } catch (error) {
        const now = await serviceDeployment(serviceDeploymentArn).catch(() => undefined)
        // The answer may have been lost: a hook waits only until it is continued.
        if (now !== undefined && now.hook !== hookId) return now.status === 'IN_PROGRESS'
        if (now !== undefined && awsFailure(error).name === 'InvalidParameterException') return false
        throw explainAws(error, settings, `continue the deployment ${serviceDeploymentArn}`)
      }
    },
  }
}

function routesOf({ loadBalancers = [] }: Service): Routes {
  const { targetGroupArn, advancedConfiguration } = loadBalancers[0] ?? {}
  const groups = [targetGroupArn, advancedConfiguration?.alternateTargetGroupArn]
  return {
    groups: groups.filter(one => one !== undefined),
    rule: advancedConfiguration?.productionListenerRule,
    testRule: advancedConfiguration?.testListenerRule,
  }
}

function openBalancersOnce(settings: AwsSettings) {
  let opened: ReturnType<typeof openBalancers> | undefined
  return () => {
    opened ??= openBalancers(settings)
    return opened
  }
}

/** Only one that did not succeed says that a service went back. */
function backFrom(last: ServiceDeployment | undefined): ServiceDeployment | undefined {
  return last?.status === 'SUCCESSFUL' ? undefined : last
}

function revisionIn({ taskDefinition = '', resolvedConfiguration, loadBalancers }: EcsServiceRevision) {
  const group =
    resolvedConfiguration?.loadBalancers?.[0]?.targetGroupArn ?? loadBalancers?.[0]?.targetGroupArn
  return { taskDefinition, group }
}

function deploymentIn(
  { status, statusReason, ...found }: EcsServiceDeployment,
  arn: string,
  { source, target }: { source: ServiceRevision | undefined; target: ServiceRevision },
): ServiceDeployment {
  const waiting = found.lifecycleHookDetails?.find(
    one => one.targetType === 'PAUSE' && one.status === 'AWAITING_ACTION',
  )
  return {
    arn,
    status: status ?? '',
    reason: statusReason === undefined ? undefined : plain(statusReason, 400),
    stage: found.lifecycleStage,
    hook: waiting?.hookId,
    source,
    target,
    share: found.targetServiceRevision?.requestedProductionTrafficWeight,
  }
}
