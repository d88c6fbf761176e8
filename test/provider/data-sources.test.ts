import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { configuration, reference } from './configurations.ts'
import type { Stand } from './stand.ts'
import { createStand } from './stand.ts'
import { hasTerraform } from './workspace.ts'

let stand: Stand
beforeAll(async () => {
  stand = await createStand()
})
afterAll(() => stand.close())

describe.skipIf(!(await hasTerraform()))('data sources', () => {
  it('give the identity and region, and render a policy for a resource that does not exist yet', async () => {
    const principals = [{ type: 'Service', identifiers: ['lambda.amazonaws.com'] }]
    const actions = ['sts:AssumeRole']
    const { apply, outputs, terraform } = await stand.workspace(
      configuration({
        account: '222222222222',
        data: {
          aws_caller_identity: { me: {} },
          aws_region: { here: {} },
          aws_partition: { here: {} },
          aws_iam_policy_document: {
            trust: { statement: [{ actions, principals }] },
            logs: { statement: [{ actions: ['logs:*'], resources: [reference('aws_iam_role.runs.arn')] }] },
          },
        },
        resource: {
          aws_iam_role: {
            runs: {
              name: 'runs',
              assume_role_policy: reference('data.aws_iam_policy_document.trust.json'),
            },
          },
          aws_iam_role_policy: {
            logs: {
              name: 'logs',
              role: reference('aws_iam_role.runs.name'),
              policy: reference('data.aws_iam_policy_document.logs.json'),
            },
          },
          aws_iam_role_policy_attachment: {
            basic: {
              role: reference('aws_iam_role.runs.name'),
              policy_arn: 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
            },
          },
        },
        output: {
          account: { value: reference('data.aws_caller_identity.me.account_id') },
          region: { value: reference('data.aws_region.here.region') },
          partition: { value: reference('data.aws_partition.here.partition') },
          policy: { value: `\${jsondecode(aws_iam_role_policy.logs.policy).Statement[0].Resource}` },
        },
      }),
    )
    await apply()
    expect(await outputs()).toEqual({
      account: '222222222222',
      region: 'us-east-1',
      partition: 'aws',
      policy: 'arn:aws:iam::222222222222:role/runs',
    })
    expect((await terraform('plan', '-detailed-exitcode')).code).toBe(0)
    expect((await terraform('destroy', '-auto-approve')).stdout).toContain('3 destroyed')
  })
})
