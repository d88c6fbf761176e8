import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda'
import { beforeAll, describe, expect, it } from 'vitest'
import { clientsFor } from '../../../emulator/clients.ts'
import { hasTerraform } from '../../../provider/workspace.ts'
import { afterSuite } from '../../../support/cleanup.ts'
import { type DeployWorld, expectDone, makeDeployWorld } from '../../../support/deploy.ts'
import { writeFiles } from '../../../support/world.ts'

const staging = { ENV: 'staging', SERVICE: 'b' }
const own = 'services/service-b'
const queue = `
module "queue" {
  source = "../../modules/queue"
  name   = "\${local.waybill.service}-\${local.waybill.environment}-jobs"
}
`
const files = {
  [`${own}/queue.tf`]: queue,
  [`${own}/stack.ts`]: `export default (stack, resources: { function: { addOverride(path: string, value: string): void } }) => {
    resources.function.addOverride('environment.variables.QUEUE', '\${module.queue.url}')
  }`,
  'modules/queue/main.tf': `
    terraform {
      required_providers {
        aws = { source = "hashicorp/aws" }
      }
    }
    variable "name" { type = string }
    resource "aws_sqs_queue" "this" { name = var.name }
    output "url" { value = aws_sqs_queue.this.url }
  `,
}
let world: DeployWorld

type Plans = { plans: { changes: { address: string; action: string }[]; isEmpty: boolean }[] }
const plan = (more = {}) => world.json<Plans>('plan', { ...staging, ...more })

/** Each test continues from the state that the one before it left. */
describe.skipIf(!(await hasTerraform()))('own resources', () => {
  const onFinished = afterSuite()
  beforeAll(async () => {
    world = await makeDeployWorld({ onFinished, repositories: [] })
    await world.ship('service-b', '1.0.0', 'staging')
    expectDone(await world.waybill('deploy', staging))
    await writeFiles(world.clone, files)
  })

  it('are planned, saved, applied and planned again without a change', async () => {
    const saved = await world.json<Plans & { sha256: string }>('plan', { ...staging, OUT: 'plan.zip' })
    expect(saved.plans[0]?.changes).toMatchObject([
      { address: 'aws_lambda_function.function', action: 'update' },
      { address: 'module.queue.aws_sqs_queue.this', action: 'create' },
    ])
    expectDone(await world.waybill('deploy', { ...staging, PLAN: 'plan.zip', PLAN_SHA256: saved.sha256 }))
    expect(await variables()).toMatchObject({
      QUEUE: expect.stringMatching(/\/service-b-staging-jobs$/),
    })
    expect((await plan()).plans[0]?.isEmpty).toBe(true)
  })

  it('cannot be another of what the stack has', async () => {
    await writeFiles(world.clone, {
      [`${own}/more.tf`]: `
        resource "aws_cloudwatch_log_group" "mine" { name = "/aws/lambda/service-b-staging" }
      `,
    })
    const { code, stderr } = await world.waybill('plan', staging)
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /two resources of service-b in staging have the same name[\s\S]*aws_cloudwatch_log_group.log and aws_cloudwatch_log_group.mine are \/aws/,
      ),
    })
    await rm(join(world.clone, own, 'more.tf'))
  })

  it('are what Terraform says of them', async () => {
    await writeFiles(world.clone, { [`${own}/more.tf`]: 'resource "aws_sqs_queue" "mine" {' })
    const { code, stderr } = await world.waybill('plan', staging)
    await rm(join(world.clone, own, 'more.tf'))
    expect(code).toBe(2)
    expect(stderr).toContain('Terraform says more.tf:1: Unclosed configuration block')
  })

  it('are destroyed only if a person allows it', async () => {
    await Promise.all(['queue.tf', 'stack.ts'].map(name => rm(join(world.clone, own, name))))
    const refused = await world.waybill('deploy', staging)
    expect(refused).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('ALLOW_REPLACE=module.queue.aws_sqs_queue.this'),
    })
    expectDone(
      await world.waybill('deploy', { ...staging, ALLOW_REPLACE: 'module.queue.aws_sqs_queue.this' }),
    )
    expect(await variables()).not.toHaveProperty('QUEUE')
  })
})

async function variables() {
  const { lambda } = clientsFor(world.emulator)
  const found = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: 'service-b-staging' }))
  return found.Environment?.Variables
}
