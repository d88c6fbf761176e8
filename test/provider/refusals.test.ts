import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { alarm, configuration, lambdaStack, policy, reference, zipCode } from './configurations.ts'
import { startProvider } from './provider.ts'
import type { Stand } from './stand.ts'
import { createStand } from './stand.ts'
import { createWorkspace, hasTerraform } from './workspace.ts'

let stand: Stand
beforeAll(async () => {
  stand = await createStand()
})
afterAll(() => stand.close())

const trust = policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: '*' })
const roleArn = 'arn:aws:iam::111111111111:role/runs'
const named = { function_name: 'f', role: roleArn }
const one = (type: string, content: object) => configuration({ resource: { [type]: { it: content } } })

describe.skipIf(!(await hasTerraform()))('terraform validate', () => {
  it.each([
    [
      'an unknown argument',
      one('aws_lambda_function', { ...named, memory: 1 }),
      'Extraneous JSON object property',
    ],
    ['a missing argument', one('aws_lambda_function', { function_name: 'f' }), 'Missing required argument'],
    ['a missing block', one('aws_s3_bucket_versioning', { bucket: 'b' }), 'versioning_configuration'],
    [
      'a wrong type',
      one('aws_lambda_function', { ...named, timeout: 'soon' }),
      'Incorrect attribute value type',
    ],
    [
      'two blocks where there is one',
      one('aws_lambda_function', { ...named, environment: [{ variables: {} }, { variables: {} }] }),
      'Too many environment blocks',
    ],
    [
      'a reference to nothing',
      one('aws_lambda_function', { ...named, role: reference('aws_iam_role.none.arn') }),
      'Reference to undeclared resource',
    ],
    [
      'a reference to an attribute that is not there',
      configuration({
        resource: {
          aws_iam_role: { runs: { name: 'r', assume_role_policy: trust } },
          aws_lambda_function: { it: { ...named, role: reference('aws_iam_role.runs.role_arn') } },
        },
      }),
      'Unsupported attribute',
    ],
    [
      'ignored changes of an attribute that is not there',
      one('aws_lambda_function', { ...named, lifecycle: { ignore_changes: ['alias'] } }),
      'no argument, nested block, or exported attribute named',
    ],
    [
      'a computed attribute that is set',
      one('aws_lambda_function', { ...named, arn: roleArn }),
      'Value for unconfigurable attribute',
    ],
    ['an unknown resource type', one('aws_lambda_functions', named), 'Invalid resource type'],
    [
      'an unknown argument of the provider',
      { ...one('aws_lambda_function', named), provider: { aws: { regoin: 'us-east-1' } } },
      'regoin',
    ],
  ])('refuses %s', async (_, content, words) => {
    const { terraform } = await stand.workspace(content)
    const { code, stderr } = await terraform('validate')
    expect(code).toBe(1)
    expect(stderr.replace(/\s+/g, ' ')).toContain(words)
  })
})

describe.skipIf(!(await hasTerraform()))('terraform apply', () => {
  it("prints AWS's own words", async () => {
    const content = lambdaStack('refused', zipCode('missing.zip'))
    const { terraform } = await stand.workspace(content)
    const { code, stderr } = await terraform('apply', '-auto-approve')
    expect(code).toBe(1)
    expect(stderr.replace(/\s+/g, ' ')).toMatch(
      /creating Lambda Function \(refused\): operation error Lambda: CreateFunction, https response error StatusCode: 400, RequestID: \S+, InvalidParameterValueException: .*NoSuchKey/,
    )
  })

  it('names the step of an update that AWS refused, and plans it again', async () => {
    const { apply, terraform, write } = await stand.workspace(lambdaStack('halfway', zipCode('one.zip')))
    await apply()
    await write(lambdaStack('halfway', zipCode('missing.zip')))
    const { code, stderr } = await terraform('apply', '-auto-approve')
    expect(code).toBe(1)
    expect(stderr.replace(/\s+/g, ' ')).toContain(
      'updating Lambda Function (halfway) code: operation error Lambda: UpdateFunctionCode, https response',
    )
    expect((await terraform('plan')).stdout).toMatch(/~ s3_key += "one.zip" -> "missing.zip"/)
  })

  it('does not destroy protected resources', async () => {
    const lifecycle = { prevent_destroy: true }
    const content = one('aws_cloudwatch_metric_alarm', { ...alarm('kept'), lifecycle })
    const { apply, terraform } = await stand.workspace(content)
    await apply()
    const { code, stderr } = await terraform('destroy', '-auto-approve')
    expect([code, stderr]).toEqual([1, expect.stringContaining('Instance cannot be destroyed')])
  })

  it('refuses credentials of an account that the provider block does not allow', async () => {
    const { url, env } = stand.emulator
    const provider = await startProvider({ endpoint: url, env })
    const content = { ...one('aws_cloudwatch_metric_alarm', alarm('foreign')) }
    const workspace = await createWorkspace(provider, {
      ...content,
      provider: { aws: { region: 'us-east-1', allowed_account_ids: ['222222222222'] } },
    })
    const { code, stderr } = await workspace.terraform('plan')
    expect([code, stderr]).toEqual([1, expect.stringContaining('AWS account ID not allowed: 111111111111')])
    await workspace.remove()
    await provider.close()
  })

  it('says when nothing answers at the endpoint', async () => {
    const provider = await startProvider({ endpoint: 'http://127.0.0.1:1' })
    const workspace = await createWorkspace(provider, one('aws_cloudwatch_metric_alarm', alarm('nowhere')))
    const { code, stderr } = await workspace.terraform('plan')
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('the emulator at http://127.0.0.1:1 does not'),
    ])
    await workspace.remove()
    await provider.close()
  })
})
