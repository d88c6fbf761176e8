import { GetOpenIDConnectProviderCommand } from '@aws-sdk/client-iam'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { configuration, policy, reference } from './configurations.ts'
import type { Stand } from './stand.ts'
import { createStand } from './stand.ts'
import { hasTerraform } from './workspace.ts'

let stand: Stand
beforeAll(async () => {
  stand = await createStand()
})
afterAll(() => stand.close())

const queue = 'arn:aws:sqs:us-east-1:111111111111:orders'
const others = {
  aws_ecs_cluster: { it: { name: 'own' } },
  aws_cloudwatch_log_group: { it: { name: '/ecs/quotes', retention_in_days: 30, tags: { a: 'b' } } },
  aws_lambda_function_event_invoke_config: {
    it: { function_name: 'f', qualifier: 'LIVE', maximum_retry_attempts: 1 },
  },
  aws_lambda_event_source_mapping: { it: { function_name: 'f', event_source_arn: queue } },
  aws_iam_policy: { it: { name: 'p', policy: policy({ Effect: 'Allow', Action: 's3:*', Resource: '*' }) } },
  aws_iam_openid_connect_provider: {
    it: { url: 'https://token.actions.githubusercontent.com', client_id_list: ['sts.amazonaws.com'] },
  },
  aws_lb_target_group: {
    it: {
      name: 'quotes',
      port: 8080,
      protocol: 'HTTP',
      target_type: 'ip',
      vpc_id: 'vpc-1',
      health_check: { path: '/' },
    },
  },
  aws_security_group: {
    it: {
      name: 'quotes',
      vpc_id: 'vpc-1',
      egress: [
        {
          from_port: 0,
          to_port: 0,
          protocol: '-1',
          cidr_blocks: ['0.0.0.0/0'],
          description: null,
          ipv6_cidr_blocks: null,
          prefix_list_ids: null,
          security_groups: null,
          self: null,
        },
      ],
    },
  },
}

describe.skipIf(!(await hasTerraform()))('a resource that a release does not touch', () => {
  it('is known after an apply, unchanged in the next plan, and destroyed', async () => {
    const { apply, outputs, terraform } = await stand.workspace(
      configuration({
        resource: others,
        output: {
          group: { value: reference('aws_lb_target_group.it.arn') },
          log: { value: reference('aws_cloudwatch_log_group.it.arn') },
          provider: { value: reference('aws_iam_openid_connect_provider.it.arn') },
        },
      }),
    )
    await apply()
    const shown = await outputs()
    expect(shown).toEqual({
      group: expect.stringMatching(
        /^arn:aws:elasticloadbalancing:us-east-1:111111111111:targetgroup\/quotes\/[0-9a-f]{16}$/,
      ),
      log: 'arn:aws:logs:us-east-1:111111111111:log-group:/ecs/quotes',
      provider: 'arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com',
    })
    const key = { OpenIDConnectProviderArn: String(shown.provider) }
    const { ClientIDList } = await stand.clients.iam.send(new GetOpenIDConnectProviderCommand(key))
    expect(ClientIDList).toEqual(['sts.amazonaws.com'])
    expect((await terraform('plan', '-detailed-exitcode')).code).toBe(0)
    expect((await terraform('destroy', '-auto-approve')).stdout).toContain('8 destroyed')
  })

  it.each([
    ['aws_lb_target_group', { port: 9090 }],
    ['aws_lb_target_group', { protocol: 'HTTPS' }],
    ['aws_cloudwatch_log_group', { name: '/ecs/other' }],
    ['aws_security_group', { vpc_id: 'vpc-2' }],
  ] as const)('is replaced if necessary: %s, %o', async (type, change) => {
    const before = { [type]: others[type] }
    const { apply, terraform, write } = await stand.workspace(configuration({ resource: before }))
    await apply()
    await write(configuration({ resource: { [type]: { it: { ...others[type].it, ...change } } } }))
    expect((await terraform('plan')).stdout).toContain('Plan: 1 to add, 0 to change, 1 to destroy.')
  })
})
