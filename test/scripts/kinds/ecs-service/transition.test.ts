import { expect, it } from 'vitest'
import { ecsTooMuchAtOnce } from '../../../../scripts/kinds/ecs-service/transition.ts'
import { requireApplicable } from '../../../../scripts/plan/permission.ts'
import { parsePlan } from '../../../../scripts/terraform/plan-json.ts'
import { userError } from '../../samples.ts'

const arn = (name: string) =>
  `arn:aws:elasticloadbalancing:eu-central-1:1:targetgroup/${name}/0123456789abcdef`

/** A service as Terraform's plan shows it. */
function service(strategy: string | undefined, balancer: 'none' | 'one group' | 'two groups') {
  const advanced_configuration =
    balancer === 'two groups' ? [{ alternate_target_group_arn: arn('a-staging-alt') }] : []
  return {
    deployment_configuration: strategy === undefined ? [] : [{ strategy }],
    load_balancer:
      balancer === 'none' ? [] : [{ target_group_arn: arn('a-staging'), advanced_configuration }],
  }
}

const planned = (type: string, before: object, after: object) => ({
  address: `${type}.x`,
  type,
  before,
  after,
})

const internal = service(undefined, 'none')
const rolling = service('ROLLING', 'one group')
const ready = service('ROLLING', 'two groups')
const shifting = ['BLUE_GREEN', 'CANARY', 'LINEAR'].map(strategy => service(strategy, 'two groups'))
const [blueGreen = {}, canary = {}, linear = {}] = shifting

it.each([
  ['internal to routed', internal, rolling],
  ['internal to routed with two groups', internal, ready],
  ['routed to internal', rolling, internal],
  ['routed with two groups to internal', ready, internal],
  ['one group to two', rolling, ready],
  ['two groups to one', ready, rolling],
  ['two groups to shifted traffic', ready, blueGreen],
  ['shifted traffic to two groups', linear, ready],
  ['blue/green to canary', blueGreen, canary],
  ['canary to linear', canary, linear],
  ['a rolling service as an earlier Waybill wrote it', service(undefined, 'one group'), ready],
])('a service may go from %s in one deploy', (_, before, after) => {
  const rule = planned('aws_lb_listener_rule', {}, {})
  expect(ecsTooMuchAtOnce([planned('aws_ecs_service', before, after), rule])).toEqual([])
})

it.each([
  ['rolling to shifted traffic', rolling, canary],
  ['internal to shifted traffic', internal, blueGreen],
  ['shifted traffic to rolling with one group', linear, rolling],
  ['shifted traffic to internal', canary, internal],
  // Terraform ignores the configuration and the rule of a service whose rollouts are watched.
  ['rolling to phases', rolling, ready],
])('a service goes from %s in two deploys, through two groups', (_, before, after) => {
  const [found, ...others] = ecsTooMuchAtOnce([planned('aws_ecs_service', before, after)])
  expect(others).toEqual([])
  expect(found?.steps[0]).toContain('"strategy": { "type": "rolling", "alternate": true }')
  expect(found?.steps).toHaveLength(2)
})

const single = (group: string) => ({ action: [{ type: 'forward', target_group_arn: group, forward: [] }] })
const weighted = (...weights: [group: string | undefined, weight: number][]) => ({
  action: [
    {
      type: 'forward',
      target_group_arn: '',
      forward: [
        {
          target_group: weights.map(([group, weight]) => ({
            weight,
            ...(group === undefined ? {} : { arn: group }),
          })),
        },
      ],
    },
  ],
})
const [main, other] = [arn('a-staging'), arn('a-staging-alt')]

it.each([
  ['gets a second group without requests', single(main), weighted([main, 100], [undefined, 0])],
  ['loses the group that gets none', weighted([main, 100], [other, 0]), single(main)],
  ['keeps its groups', weighted([main, 100], [other, 0]), weighted([main, 100], [other, 0])],
  ['gets a new group in place of its own, which is asked by address', single(main), { action: [{}] }],
])('a rule %s', (_, before, after) => {
  expect(ecsTooMuchAtOnce([planned('aws_lb_listener_rule', before, after)])).toEqual([])
})

it.each([
  ['with one group', weighted([main, 0], [other, 100]), single(main)],
  ['with two groups', weighted([main, 0], [other, 100]), weighted([main, 100], [other, 0])],
  ['in the middle of a shift', weighted([main, 90], [other, 10]), weighted([main, 100], [other, 0])],
])('a rule %s never loses the group where the tasks are', (_, before, after) => {
  expect(ecsTooMuchAtOnce([planned('aws_lb_listener_rule', before, after)])).toEqual([
    {
      why: 'its rule would no longer send requests to a-staging-alt, where its tasks are',
      steps: [expect.stringContaining('deploy once more'), expect.stringContaining('"alternate": true')],
    },
  ])
})

it('a service names its ports in one deploy and offers them in the next', () => {
  const connected = (...ports: string[]) => ({
    ...rolling,
    service_connect_configuration: [{ enabled: true, service: ports.map(port_name => ({ port_name })) }],
  })
  const steps = (before: object, after: object) =>
    ecsTooMuchAtOnce([planned('aws_ecs_service', before, after)]).map(one => one.steps[0])
  expect(steps(rolling, connected('main'))).toEqual([expect.stringContaining('Set only the namespace')])
  expect(steps({ ...rolling, service_connect_configuration: [] }, connected('main'))).toHaveLength(1)
  expect(steps(rolling, connected())).toEqual([])
  expect(steps(connected(), connected('main'))).toEqual([])
  expect(steps(connected('main'), rolling)).toEqual([])
})

it('a plan of several steps is refused with the steps', () => {
  const change = { actions: ['update'], before: rolling, after: canary, after_unknown: {} }
  const resource = { address: 'aws_ecs_service.service', mode: 'managed', type: 'aws_ecs_service', change }
  const view = parsePlan(JSON.stringify({ resource_changes: [resource] }))
  expect(userError(() => requireApplicable(view, 'a in staging'))).toMatchObject({
    ending: 'refused',
    message: 'one deploy cannot change a in staging like this',
    cause: expect.stringContaining('from ROLLING to CANARY together with its load balancer'),
    remedy: expect.stringMatching(/^1\. Set .*\n2\. Then set the strategy/),
  })
  const created = parsePlan(
    JSON.stringify({ resource_changes: [{ ...resource, change: { ...change, actions: ['create'] } }] }),
  )
  expect(() => requireApplicable(created, 'a in staging')).not.toThrow()
})
