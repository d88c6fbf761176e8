import { CreateRepositoryCommand } from '@aws-sdk/client-ecr'
import {
  GetAliasCommand,
  GetFunctionCommand,
  ListVersionsByFunctionCommand,
  UpdateAliasCommand,
} from '@aws-sdk/client-lambda'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pushImage, sampleImage } from '../emulator/sample-image.ts'
import { lambdaStack, zipCode } from './configurations.ts'
import type { Stand } from './stand.ts'
import { createStand } from './stand.ts'
import { hasTerraform } from './workspace.ts'

let stand: Stand
beforeAll(async () => {
  stand = await createStand()
})
afterAll(() => stand.close())

const find = (FunctionName: string) => stand.clients.lambda.send(new GetFunctionCommand({ FunctionName }))

describe.skipIf(!(await hasTerraform()))('a stack of a function', () => {
  it('from a zip: validates, plans, applies, then plans no changes, and is destroyed', async () => {
    const { terraform, apply, outputs } = await stand.workspace(lambdaStack('zipped', zipCode('one.zip')))
    expect((await terraform('validate')).code).toBe(0)
    expect((await terraform('plan')).stdout).toContain('Plan: 6 to add, 0 to change, 0 to destroy.')
    await apply()
    expect(await outputs()).toEqual({ version: '1', live: '1' })
    const { Configuration } = await find('zipped')
    expect(Configuration).toMatchObject({ MemorySize: 256, Environment: { Variables: { STAGE: 'staging' } } })
    expect((await terraform('plan', '-detailed-exitcode')).code).toBe(0)
    expect((await terraform('destroy', '-auto-approve')).stdout).toContain('6 destroyed')
    await expect(find('zipped')).rejects.toThrow('Function not found')
  })

  it('publishes a version for new code and leaves the alias where the rollout put it', async () => {
    const { apply, outputs, terraform, write } = await stand.workspace(
      lambdaStack('moving', zipCode('one.zip')),
    )
    await apply()
    await write(lambdaStack('moving', zipCode('two.zip')))
    const plan = await terraform('plan')
    expect(plan.stdout).toContain('Plan: 0 to add, 1 to change, 0 to destroy.')
    expect(plan.stdout).toMatch(/~ version += "1" -> \(known after apply\)/)
    await apply()
    expect(await outputs()).toEqual({ version: '2', live: '1' })
    const key = { FunctionName: 'moving', Name: 'LIVE' }
    const RoutingConfig = { AdditionalVersionWeights: { 2: 0.1 } }
    await stand.clients.lambda.send(new UpdateAliasCommand({ ...key, RoutingConfig }))
    expect((await terraform('plan', '-detailed-exitcode')).code).toBe(0)
    await apply()
    const alias = await stand.clients.lambda.send(new GetAliasCommand(key))
    expect(alias).toMatchObject({ FunctionVersion: '1', RoutingConfig })
  })

  it('publishes a version for new settings too, but not for new tags', async () => {
    const base = zipCode('one.zip')
    const { apply, outputs, write } = await stand.workspace(lambdaStack('settled', base))
    await apply()
    await write(lambdaStack('settled', { ...base, timeout: 10 }))
    await apply()
    expect(await outputs()).toMatchObject({ version: '2' })
    await write(lambdaStack('settled', { ...base, timeout: 10, tags: { team: 'freight' } }))
    await apply()
    expect(await outputs()).toMatchObject({ version: '2' })
    const { Configuration, Tags } = await find('settled')
    expect([Configuration?.Timeout, Tags]).toEqual([10, { team: 'freight' }])
  })

  it('from an image: runs the digest that the tag had', async () => {
    await stand.clients.ecr.send(new CreateRepositoryCommand({ repositoryName: 'images' }))
    const image = sampleImage('one')
    await pushImage(stand.clients.ecr, 'images', image, 'a-v1.0.0')
    const image_uri = '111111111111.dkr.ecr.us-east-1.amazonaws.com/images:a-v1.0.0'
    const { apply, outputs, terraform } = await stand.workspace(
      lambdaStack('imaged', { package_type: 'Image', image_uri }),
    )
    await apply()
    expect(await outputs()).toEqual({ version: '1', live: '1' })
    const { Code } = await find('imaged')
    expect(Code?.ResolvedImageUri).toContain(image.digest)
    expect((await terraform('plan', '-detailed-exitcode')).code).toBe(0)
  })

  it('is replaced if its name changes', async () => {
    const { apply, terraform, write } = await stand.workspace(lambdaStack('before', zipCode('one.zip')))
    await apply()
    await write(lambdaStack('after', zipCode('one.zip')))
    expect((await terraform('plan')).stdout).toContain('Plan: 6 to add, 0 to change, 6 to destroy.')
    await apply()
    const { Versions } = await stand.clients.lambda.send(
      new ListVersionsByFunctionCommand({ FunctionName: 'after' }),
    )
    expect(Versions?.map(({ Version }) => Version)).toEqual(['$LATEST', '1'])
  })
})
