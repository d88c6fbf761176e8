import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  type ECSClient,
  ListTasksCommand,
} from '@aws-sdk/client-ecs'
import { GetAliasCommand, GetFunctionCommand, type LambdaClient } from '@aws-sdk/client-lambda'
import { serviceName } from '../../scripts/kinds/ecs-service/names.ts'
import { aliasNames, functionName } from '../../scripts/kinds/lambda/names.ts'
import { digestFromBase64, isDigest, shortDigest } from '../../scripts/names/digest.ts'
import { printTag } from '../../scripts/names/release-tag.ts'
import type { Target } from '../../scripts/names/target.ts'
import { type ReleaseRecord, recordDigest } from '../../scripts/release/record.ts'
import { clientsFor } from '../emulator/clients.ts'
import { DemoFailed } from './demo-failed.ts'
import type { Page } from './page.ts'
import type { Scene } from './scene.ts'
import { isPinned, type ReleaseSeen } from './summary.ts'

/** What AWS says about a service in an environment: where its traffic goes, and which release and digest that is. */
type Answer = { readonly traffic: string; readonly release: string; readonly digest: string }

/** What a service runs in an environment, and the record of the release that is pinned there. */
export type RunningSeen = Answer & { readonly target: Target; readonly record: ReleaseRecord }

/** Asks Lambda and ECS what runs, for every pin. */
export async function readRunning(
  { emulator, environments }: Scene,
  seen: readonly ReleaseSeen[],
): Promise<RunningSeen[]> {
  const all = Object.entries(environments.environments).map(async ([environment, place]) => {
    const { account, region, cluster = '' } = place
    const clients = clientsFor(emulator, { env: emulator.credentials({ account }), region })
    const pinned = seen.filter(release => isPinned(release, environment))
    return await Promise.all(
      pinned.map(async ({ record, kind }) => {
        const target = { environment, service: record.tag.service }
        const answer =
          kind === 'ecs-service'
            ? await askEcs(clients.ecs, target, cluster)
            : await askLambda(clients.lambda, target)
        return { target, record, ...answer }
      }),
    )
  })
  return (await Promise.all(all)).flat()
}

async function askLambda(client: LambdaClient, target: Target): Promise<Answer> {
  const FunctionName = functionName(target, {})
  const { live: Name } = aliasNames(target.environment)
  const alias = await client.send(new GetAliasCommand({ FunctionName, Name }))
  const version = alias.FunctionVersion ?? ''
  const { Configuration, Code } = await client.send(
    new GetFunctionCommand({ FunctionName, Qualifier: version }),
  )
  return {
    traffic: `${Name} → version ${version}`,
    release: Configuration?.Environment?.Variables?.RELEASE ?? '',
    digest: Code?.ResolvedImageUri?.split('@')[1] ?? digestFromBase64(Configuration?.CodeSha256 ?? ''),
  }
}

async function askEcs(client: ECSClient, target: Target, cluster: string): Promise<Answer> {
  const service = serviceName(target, {})
  const { services = [] } = await client.send(new DescribeServicesCommand({ cluster, services: [service] }))
  const taskDefinition = services[0]?.taskDefinition ?? ''
  const [registered, { taskArns = [] }] = await Promise.all([
    client.send(new DescribeTaskDefinitionCommand({ taskDefinition })),
    client.send(new ListTasksCommand({ cluster, serviceName: service, desiredStatus: 'RUNNING' })),
  ])
  const { tasks = [] } = await client.send(new DescribeTasksCommand({ cluster, tasks: taskArns }))
  const containers = tasks.flatMap(task => (task.containers ?? []).filter(one => one.name === target.service))
  const [container] = registered.taskDefinition?.containerDefinitions ?? []
  return {
    // Family and revision, without the rest of the ARN.
    traffic: taskDefinition.replace(/^.*\//, ''),
    release: container?.image?.replace(/^.*:/, '') ?? '',
    digest: [...new Set(containers.map(({ imageDigest = '' }) => imageDigest))].join(', '),
  }
}

/** Prints the table of what runs; throws when that is not what was released and pinned. */
export async function printRunning(page: Page, all: readonly RunningSeen[]): Promise<void> {
  const headings = ['environment', 'release', 'traffic goes to', 'digest that runs', 'record']
  const rows = all.map(one => [
    one.target.environment,
    one.release,
    one.traffic,
    isDigest(one.digest) ? shortDigest(one.digest) : one.digest,
    isAsReleased(one) ? page.paint('green', '✔ same') : page.paint('red', '✖ other'),
  ])
  await page.table(headings, rows)
  page.line()
  const others = all.filter(one => !isAsReleased(one)).map(({ target }) => target)
  if (others.length > 0) {
    const names = others.map(({ service, environment }) => `${service} in ${environment}`)
    throw new DemoFailed(`what runs is not what was released: ${names.join(', ')}`)
  }
}

function isAsReleased({ record, release, digest }: RunningSeen): boolean {
  return release === printTag(record.tag) && digest === recordDigest(record)
}
