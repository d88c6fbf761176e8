import type { CreateTargetGroupInput, TargetGroup } from '@aws-sdk/client-elastic-load-balancing-v2'
import {
  CreateTargetGroupCommand,
  DeleteTargetGroupCommand,
  DescribeTargetGroupsCommand,
  ModifyTargetGroupAttributesCommand,
  ModifyTargetGroupCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Aws } from '../aws/configuration.ts'
import type { State } from '../wire/value.ts'
import { found } from './found.ts'
import { knownBy } from './known-by.ts'
import { lbTags, retagLb } from './lb-tags.ts'
import type { ResourceType } from './resource-type.ts'
import { number, oneBlock, present, text } from './shape.ts'

/** `aws_lb_target_group`. */
export const lbTargetGroup: ResourceType = {
  label: 'ELBv2 Target Group',
  ...knownBy('name'),
  nameOf: ({ name, arn }) => String(name ?? arn),
  fromId: arn => ({ arn }),
  replaceOn: [
    'ip_address_type',
    'name',
    'name_prefix',
    'port',
    'protocol',
    'protocol_version',
    'region',
    'target_type',
    'vpc_id',
  ],
  create: async (aws, planned, made) => {
    const { TargetGroups } = await aws.balancers.send(new CreateTargetGroupCommand(inputOf(planned)))
    const arn = TargetGroups?.[0]?.TargetGroupArn ?? ''
    const computed = {
      id: arn,
      arn,
      arn_suffix: arn.split(':').at(-1) ?? '',
      name_prefix: '',
      load_balancer_arns: [],
    }
    made(computed)
    await delay(aws, { ...planned, arn })
    return computed
  },
  read: async ({ balancers }, { arn, name }) => {
    const TargetGroupArns = [String(arn)]
    const seen = await found(balancers.send(new DescribeTargetGroupsCommand({ TargetGroupArns })))
    const group = seen?.TargetGroups?.[0]
    if (group === undefined) return null
    return name === null ? imported(group) : {}
  },
  update: async (aws, change) => {
    const { prior, planned, changed } = change
    const TargetGroupArn = String(prior.arn)
    if (changed.has('tags_all')) await retagLb(aws, change)
    if (changed.has('health_check'))
      await aws.balancers.send(new ModifyTargetGroupCommand({ TargetGroupArn, ...checkOf(planned) }))
    if (changed.has('deregistration_delay')) await delay(aws, { ...planned, arn: TargetGroupArn })
    return {}
  },
  remove: async ({ balancers }, { arn }) => {
    await balancers.send(new DeleteTargetGroupCommand({ TargetGroupArn: String(arn) }))
  },
}

/** What an import finds; later reads leave the state as it is. */
function imported(group: TargetGroup): State {
  const arn = group.TargetGroupArn ?? ''
  return {
    id: arn,
    arn,
    arn_suffix: arn.split(':').at(-1) ?? '',
    name: group.TargetGroupName ?? null,
    name_prefix: '',
    load_balancer_arns: [],
    port: group.Port ?? null,
    protocol: group.Protocol ?? null,
    target_type: group.TargetType ?? null,
    vpc_id: group.VpcId ?? null,
  }
}

async function delay({ balancers }: Aws, { arn, deregistration_delay: Value }: State): Promise<void> {
  if (typeof Value !== 'string') return
  const Attributes = [{ Key: 'deregistration_delay.timeout_seconds', Value }]
  await balancers.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn: String(arn), Attributes }))
}

function inputOf(planned: State): CreateTargetGroupInput {
  return present({
    Name: String(planned.name),
    Protocol: text(planned.protocol),
    Port: number(planned.port),
    VpcId: text(planned.vpc_id),
    TargetType: text(planned.target_type),
    Tags: lbTags(planned),
    ...checkOf(planned),
  }) as CreateTargetGroupInput
}

function checkOf(planned: State) {
  return oneBlock(planned.health_check, check =>
    present({
      HealthCheckProtocol: text(check.protocol),
      HealthCheckPort: text(check.port),
      HealthCheckPath: text(check.path),
      HealthCheckIntervalSeconds: number(check.interval),
      HealthCheckTimeoutSeconds: number(check.timeout),
      HealthyThresholdCount: number(check.healthy_threshold),
      UnhealthyThresholdCount: number(check.unhealthy_threshold),
      Matcher: text(check.matcher) === undefined ? undefined : { HttpCode: text(check.matcher) },
    }),
  ) as Pick<CreateTargetGroupInput, 'HealthCheckPath'> | undefined
}
