import {
  CreateServiceCommand,
  type CreateServiceCommandInput,
  DescribeServicesCommand,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs'
import { CreateRuleCommand, CreateTargetGroupCommand } from '@aws-sdk/client-elastic-load-balancing-v2'
import { CreateRoleCommand } from '@aws-sdk/client-iam'
import { CreateAliasCommand, CreateFunctionCommand, GetAliasCommand } from '@aws-sdk/client-lambda'
import { beforeAll, describe, expect, it } from 'vitest'
import { clientsFor } from '../../../emulator/clients.ts'
import { sampleZip } from '../../../emulator/sample-zip.ts'
import { hasTerraform } from '../../../provider/workspace.ts'
import { afterSuite } from '../../../support/cleanup.ts'
import { type DeployWorld, deployEnvironments, expectDone, makeDeployWorld } from '../../../support/deploy.ts'
import { writes } from '../../../support/releases.ts'
import { imageService, zipService } from '../../../support/world.ts'

const { cluster, network, listener } = deployEnvironments.environments.staging
const b = { ENV: 'staging', SERVICE: 'b' }
const a = { ENV: 'staging', SERVICE: 'a' }
const routedTo = (name: string) => ({
  environments: {
    staging: { name, container: 'web', route: { priority: 10, paths: ['/a/*'], targetGroup: 'tg-parcels' } },
  },
})
let world: DeployWorld
let clients: ReturnType<typeof clientsFor>

/** A function that somebody made by hand, with an alias that is called. */
async function makeFunction(): Promise<void> {
  const statement = {
    Effect: 'Allow',
    Principal: { Service: 'lambda.amazonaws.com' },
    Action: 'sts:AssumeRole',
  }
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
  const { Role } = await clients.iam.send(
    new CreateRoleCommand({ RoleName: 'by-hand', AssumeRolePolicyDocument }),
  )
  const FunctionName = 'LegacyQuotes'
  await clients.lambda.send(
    new CreateFunctionCommand({
      FunctionName,
      Role: Role?.Arn,
      Code: { ZipFile: sampleZip('by hand') },
      Runtime: 'nodejs24.x',
      Handler: 'main.run',
      MemorySize: 512,
      Publish: true,
    }),
  )
  await clients.lambda.send(new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '1' }))
}

/** Services behind the load balancer that somebody made by hand; CodeDeploy has one of them. */
async function makeServices(): Promise<void> {
  const { TargetGroups } = await clients.balancers.send(
    new CreateTargetGroupCommand({
      Name: 'tg-parcels',
      Protocol: 'HTTP',
      Port: 8080,
      VpcId: network.vpc,
      TargetType: 'ip',
    }),
  )
  const TargetGroupArn = TargetGroups?.[0]?.TargetGroupArn as string
  await clients.balancers.send(
    new CreateRuleCommand({
      ListenerArn: listener,
      Priority: 10,
      Conditions: [{ Field: 'path-pattern', Values: ['/a/*'] }],
      Actions: [{ Type: 'forward', TargetGroupArn }],
    }),
  )
  await clients.ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'by-hand',
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      cpu: '256',
      memory: '512',
      containerDefinitions: [
        { name: 'web', image: 'public.ecr.aws/x/y:1', portMappings: [{ containerPort: 8080 }] },
      ],
    }),
  )
  const { subnets, securityGroups } = network
  const shared: Omit<CreateServiceCommandInput, 'serviceName'> = {
    cluster,
    taskDefinition: 'by-hand',
    desiredCount: 1,
    launchType: 'FARGATE',
    networkConfiguration: { awsvpcConfiguration: { subnets, securityGroups } },
    loadBalancers: [{ targetGroupArn: TargetGroupArn, containerName: 'web', containerPort: 8080 }],
  }
  await clients.ecs.send(new CreateServiceCommand({ ...shared, serviceName: 'parcels' }))
  await clients.ecs.send(
    new CreateServiceCommand({
      ...shared,
      serviceName: 'parcels-blue-green',
      deploymentController: { type: 'CODE_DEPLOY' },
    }),
  )
}

async function running(): Promise<string | undefined> {
  const asked = new DescribeServicesCommand({ cluster, services: ['parcels'] })
  return (await clients.ecs.send(asked)).services?.[0]?.taskDefinition
}

type Plans = { plans: { imports: { address: string; id: string }[]; summary: string; isEmpty: boolean }[] }
const planned = async (options: Record<string, string>) =>
  (await world.json<Plans>('plan', options)).plans[0] as Plans['plans'][number]

/** Each test continues from the state that the one before it left. */
describe.skipIf(!(await hasTerraform()))('what exists already', () => {
  const onFinished = afterSuite()
  beforeAll(async () => {
    const files = {
      ...imageService('service-a', routedTo('parcels-blue-green')),
      ...zipService('service-b', { environments: { staging: { name: 'LegacyQuotes' } } }),
    }
    world = await makeDeployWorld({ files, onFinished })
    clients = clientsFor(world.emulator)
    await Promise.all([makeFunction(), makeServices()])
    await world.ship('service-b', '1.0.0')
    await world.pinned('service-a', '1.0.0')
  })

  it('is not touched unless a person says so, and the refusal says how', async () => {
    expect((await planned(b)).imports).toEqual([])
    const { code, stderr } = await world.waybill('deploy', b)
    expect({ code, stderr }).toMatchObject({ code: 3, stderr: expect.stringContaining('ADOPT=1') })
    const { stdout } = expectDone(await world.waybill('plan', { ...b, ADOPT: '1' }))
    expect(stdout).toContain('1 to import')
    expect(stdout).toContain('= aws_lambda_function.function is taken over: LegacyQuotes')
    expect(stdout).toContain('memory_size: 512 → 256')
    expect(stdout).toContain('have them call the alias')
    expect(stdout).toContain('make deploy ENV=staging SERVICE=service-b ADOPT=1')
    const both = await world.waybill('deploy', { ...b, ADOPT: '1', PLAN: 'plan.zip' })
    expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining('PLAN is one already') })
  })

  it('a function is taken over by an approved plan, its own aliases stay where they are, and a second run takes over nothing', async () => {
    const saved = await world.json<{ sha256: string }>('plan', { ...b, ADOPT: '1', OUT: 'plan.zip' })
    const approved = { PLAN: 'plan.zip', PLAN_SHA256: saved.sha256 }
    const { stdout } = expectDone(await world.waybill('deploy', { ...b, ...approved }))
    expect(stdout).toContain('1 to import')
    expect(stdout).toContain('STAGING → version 2')
    const aliases = ['live', 'STAGING'].map(async Name => {
      const found = await clients.lambda.send(new GetAliasCommand({ FunctionName: 'LegacyQuotes', Name }))
      return found.FunctionVersion
    })
    expect(await Promise.all(aliases)).toEqual(['1', '2'])
    world.emulator.clearRequests()
    for (const more of [{ ADOPT: '1' }, {}])
      expect(await planned({ ...b, ...more })).toMatchObject({ imports: [], isEmpty: true })
    expect(writes(world.emulator).filter(write => !/tflock/.test(write))).toEqual([])
  })

  it('goes back by its own name', async () => {
    await world.ship('service-b', '1.1.0')
    expectDone(await world.waybill('deploy', b))
    expectDone(await world.waybill('rollback', { ...b, REASON: 'try it', CONFIRM: 'service-b' }))
    const alias = { FunctionName: 'LegacyQuotes', Name: 'STAGING' }
    expect((await clients.lambda.send(new GetAliasCommand(alias))).FunctionVersion).toBe('2')
  })

  it('a service that CodeDeploy deploys is refused with what AWS allows', async () => {
    const { code, stderr } = await world.waybill('plan', { ...a, ADOPT: '1' })
    expect(code).toBe(3)
    expect(stderr).toContain('CodeDeploy deploys the service parcels-blue-green of the cluster shared')
    expect(stderr).toContain(
      'aws ecs update-service --cluster shared --service parcels-blue-green --deployment-controller type=ECS',
    )
  })

  it('a service is taken over with its target group and rule; a rollout moves it, and goes back to what it ran before', async () => {
    await world.git(['pull', '--quiet', '--rebase', 'origin', 'main'])
    const file = 'services/service-a/service.json'
    await world.commit({ [file]: imageService('service-a', routedTo('parcels'))[file] ?? '' })
    const { imports } = await planned({ ...a, ADOPT: '1' })
    expect(imports.map(({ address }) => address)).toEqual([
      'aws_ecs_service.service',
      'aws_lb_listener_rule.rule',
      'aws_lb_target_group.target_group',
    ])
    world.emulator.setRollout({ cluster, service: 'parcels', outcome: 'fails', times: 2 })
    const failed = await world.waybill('deploy', { ...a, ADOPT: '1' })
    expect(failed).toMatchObject({ code: 5, stdout: expect.stringContaining('3 to import') })
    expect(await running()).toMatch(/by-hand:1$/)
    const { stdout } = expectDone(await world.waybill('deploy', a))
    expect(stdout).toContain('service-a-staging:1')
    expect(await running()).toMatch(/service-a-staging:1$/)
    expect(await planned({ ...a, ADOPT: '1' })).toMatchObject({ imports: [], isEmpty: true })
  })
})
