import { describe, expect, it } from 'vitest'
import { ecsRights } from '../../../../scripts/kinds/ecs-service/rights.ts'

const listener = 'arn:aws:elasticloadbalancing:eu-central-1:111111111111:listener/app/public/1/2'
const testListener = 'arn:aws:elasticloadbalancing:eu-central-1:111111111111:listener/app/public/1/3'
const environment = { account: '111111111111', region: 'eu-central-1', cluster: 'services' }

const rightsWith = (more: object) => ecsRights({ name: 'prod', environment: { ...environment, ...more } })
const actionsOf = (more: object) => rightsWith(more).move.flatMap(({ Action }) => Action)

describe('a test listener', () => {
  it('is read for smoke checks, where there is one', () => {
    const reads = ['elasticloadbalancing:DescribeListeners', 'elasticloadbalancing:DescribeLoadBalancers']
    expect(actionsOf({ listener, testListener })).toEqual(expect.arrayContaining(reads))
    for (const action of reads) expect(actionsOf({ listener })).not.toContain(action)
  })

  it('has rules that Terraform makes, and only those', () => {
    const rules = (more: object) =>
      rightsWith(more).terraform.flatMap(({ resources }) =>
        resources.filter(one => one.includes('/app/public/')),
      )
    const rulesOf = (arn: string) => [arn, `${arn.replace(':listener/', ':listener-rule/')}/*`]
    expect(rules({ listener, testListener })).toEqual([listener, testListener].flatMap(rulesOf))
    expect(rules({ listener })).toEqual(rulesOf(listener))
  })
})

it('an environment without a load balancer has no weights to read', () => {
  expect(actionsOf({ listener })).toContain('elasticloadbalancing:DescribeRules')
  expect(actionsOf({})).not.toContain('elasticloadbalancing:DescribeRules')
})
