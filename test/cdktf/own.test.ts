import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { loadOwn } from '../../cdktf/own/load.ts'
import { synthesize } from '../../cdktf/synthesize.ts'
import type { ServiceName } from '../../scripts/names/service-name.ts'
import { userError } from '../scripts/samples.ts'
import { projectRoot } from '../support/run.ts'
import { environments, type Input, pinned, services } from './catalogue.ts'
import { addresses, readStacks, resource, type Stack } from './synthesized.ts'

const kinds = ['lambda-zip', 'lambda-image', 'ecs-service'] as const
type KindOfX = (typeof kinds)[number]

const oneEnvironment = environments(text => {
  Object.assign(text, { github: { repository: 'acme/parcels' } })
  text.environments = { staging: text.environments.staging as Record<string, unknown> }
})

/** A service `x` in staging alone. */
function input(kind: KindOfX): Input {
  return pinned(services({ x: { kind } }), oneEnvironment)
}

/** A repository's root with these files, and Waybill's packages. */
function rootWith(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'waybill-own-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  symlinkSync(join(projectRoot, 'node_modules'), join(root, 'node_modules'))
  mkdirSync(join(root, 'services/x'), { recursive: true })
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return root
}

type Synth = { readonly stack: Stack; readonly folder: string; readonly root: string }

async function synth(files: Record<string, string>, kind: KindOfX = 'lambda-zip'): Promise<Synth> {
  const root = rootWith(files)
  const outdir = join(root, 'cdktf.out')
  synthesize({ ...input(kind), root, outdir }, await loadOwn(root, ['x' as ServiceName]))
  return {
    stack: readStacks(outdir)['x-staging'] as Stack,
    folder: join(outdir, 'stacks', 'x-staging'),
    root,
  }
}

/** The error that refuses some files, after which no stack may be left. */
async function refused(
  files: Record<string, string>,
  kind: KindOfX = 'lambda-zip',
  change: (root: string) => void = () => {},
) {
  const root = rootWith(files)
  change(root)
  const outdir = join(root, 'cdktf.out')
  const act = async () =>
    synthesize({ ...input(kind), root, outdir }, await loadOwn(root, ['x' as ServiceName]))
  const caught = await act().then(
    () => undefined,
    (error: unknown) => error,
  )
  const error = userError(() => {
    if (caught !== undefined) throw caught
  })
  expect(() => readdirSync(join(outdir, 'stacks'))).toThrow('ENOENT')
  expect(error.ending).toBe('badInput')
  return error
}

const queue = `
import { SqsQueue } from '@cdktf/provider-aws/lib/sqs-queue/index.js'
import { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js'

export default (stack, resources, target) => {
  const queue = new SqsQueue(stack, 'queue', { name: \`\${target.service}-\${target.environment}-jobs\` })
  new IamRole(stack, 'own_role', { name: 'own', assumeRolePolicy: '{}' })
  resources.function.addOverride('environment.variables.QUEUE', queue.url)
  resources.function.memorySize = 512
}
`

it('stack.ts adds resources and overrides attributes of those that are there', async () => {
  const { stack } = await synth({ 'services/x/stack.ts': queue })
  expect(resource(stack, 'aws_sqs_queue.queue')).toMatchObject({ name: 'x-staging-jobs' })
  expect(resource(stack, 'aws_lambda_function.function')).toMatchObject({
    memory_size: 512,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a reference of Terraform
    environment: { variables: { QUEUE: '${aws_sqs_queue.queue.url}', RELEASE: 'x-v1.1.0' } },
  })
})

it('the examples on the page about it', async () => {
  const page = readFileSync(join(projectRoot, 'docs/own-resources.md'), 'utf8')
  const blocks = page.matchAll(/^```\w+ file=services\/parcels\/(\S+)\n([\s\S]*?)^```/gm)
  const files = Object.fromEntries([...blocks].map(([, name, text = '']) => [`services/x/${name}`, text]))
  expect(Object.keys(files)).toEqual(['services/x/stack.ts', 'services/x/jobs.tf'])
  const { stack, folder } = await synth(files)
  expect(resource(stack, 'aws_lambda_function.function')).toMatchObject({
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a reference of Terraform
    environment: { variables: { JOBS: '${aws_sqs_queue.jobs.url}' } },
  })
  expect(resource(stack, 'aws_cloudwatch_log_group.log').retention_in_days).toBe(90)
  expect(readFileSync(join(folder, 'jobs.tf'), 'utf8')).toBe(files['services/x/jobs.tf'])
})

it('a role that stack.ts adds has the boundary, too', async () => {
  const { stack } = await synth({ 'services/x/stack.ts': queue })
  const boundary = resource(stack, 'aws_iam_role.role').permissions_boundary
  expect(boundary).toBeTypeOf('string')
  expect(resource(stack, 'aws_iam_role.own_role').permissions_boundary).toBe(boundary)
})

it.each(kinds)('all.ts extends every %s before its own stack.ts', async kind => {
  const tag = (value: string) =>
    `export default (stack, { log }, target) => log.addOverride('tags.${value}', target.kind)`
  const { stack } = await synth({ 'cdktf/all.ts': tag('all'), 'services/x/stack.mts': tag('own') }, kind)
  expect(resource(stack, 'aws_cloudwatch_log_group.log').tags).toEqual({ all: kind, own: kind })
})

it('without own resources, a stack is the same as ever', async () => {
  const { stack } = await synth({})
  const extended = await synth({ 'services/x/stack.ts': 'export default () => {}' })
  expect(extended.stack).toEqual(stack)
  expect(stack).not.toHaveProperty('locals')
})

it.each(kinds)('Terraform files stand beside the stack of a %s, with its outputs as locals', async kind => {
  const text = 'module "queue" {\n  source = "./queue"\n  name   = local.waybill.service\n}\n'
  const json = { module: { other: { source: '../../modules/other' } } }
  const files = { 'services/x/more.tf': text, 'services/x/json.tf.json': JSON.stringify(json) }
  const { stack, folder, root } = await synth(files, kind)
  const service = '../../../services/x'
  expect(join(folder, service)).toBe(join(root, 'services/x'))
  expect(readFileSync(join(folder, 'more.tf'), 'utf8')).toBe(text.replace('./queue', `${service}/./queue`))
  expect(JSON.parse(readFileSync(join(folder, 'json.tf.json'), 'utf8'))).toEqual({
    module: { other: { source: `${service}/../../modules/other` } },
  })
  const outputs = Object.entries(stack.output).map(([name, { value }]) => [`waybill_${name}`, value])
  expect(stack).toHaveProperty('locals', {
    waybill: {
      service: 'x',
      environment: 'staging',
      account: oneEnvironment.environments.staging?.account,
      region: 'eu-central-1',
      folder: service,
    },
    ...Object.fromEntries(outputs),
  })
})

it.each([
  ['a name', "resources.function.functionName = 'other'", 'aws_lambda_function.function: function_name'],
  ['an alias', "resources.live.functionVersion = '1'", 'aws_lambda_alias.live: function_version'],
  ['what Terraform ignores', 'resources.live.lifecycle = {}', 'aws_lambda_alias.live: lifecycle'],
  ['an artifact', "resources.function.s3Key = 'mine.zip'", 'aws_lambda_function.function: s3_key'],
  ['the state', "stack.addOverride('terraform.backend.s3.bucket', 'mine')", 'terraform: backend'],
  ['the account', "stack.node.findChild('aws').allowedAccountIds = ['999999999999']", 'the provider aws'],
  ['an output', "stack.addOverride('output.applied.value', 1)", 'the output applied'],
  [
    'the version of the provider',
    "stack.addOverride('terraform.required_providers.aws.version', '1')",
    'the provider aws',
  ],
  ['the region of a resource', "resources.log.region = 'eu-west-1'", 'aws_cloudwatch_log_group.log: region'],
  [
    'a resource by hiding it',
    "stack.addOverride('resource.aws_lambda_alias.live', null)",
    'aws_lambda_alias.live is gone',
  ],
  ['the provider into none', "stack.addOverride('provider.aws', 'none')", 'the provider aws'],
  ['a resource that is there', "stack.node.tryRemoveChild('stable')", 'aws_lambda_alias.stable is gone'],
  [
    'by an aspect, which runs last',
    "Aspects.of(stack).add({ visit: one => { if (one.node.id === 'role') one.name = 'other' } })",
    'aws_iam_role.role: name',
  ],
])('stack.ts may not change %s', async (_, line, change) => {
  const text = `import { Aspects } from 'cdktf'\nexport default (stack, resources) => { Aspects; ${line} }`
  const error = await refused({ 'services/x/stack.ts': text })
  expect(error.message).toBe('services/x/stack.ts may not change this of x in staging')
  expect(error.cause).toBe(change)
})

it.each([
  ['resources.task.family = "other"', 'aws_ecs_task_definition.task: family'],
  ['resources.service.desiredCount = 7', 'aws_ecs_service.service: desired_count'],
  [
    "resources.task.containerDefinitions = resources.task.containerDefinitionsInput.replace(/x-image:[^\"]*/, 'x-image:latest')",
    'aws_ecs_task_definition.task: container_definitions.image',
  ],
  [
    "resources.task.containerDefinitions = '[null]'",
    'aws_ecs_task_definition.task: container_definitions.name\naws_ecs_task_definition.task: container_definitions.image',
  ],
  [
    "resources.task.containerDefinitions = 'nothing'",
    'aws_ecs_task_definition.task: container_definitions.name\naws_ecs_task_definition.task: container_definitions.image',
  ],
])('stack.ts of an ECS service may not do: %s', async (line, change) => {
  const text = `export default (stack, resources) => { ${line} }`
  expect((await refused({ 'services/x/stack.ts': text }, 'ecs-service')).cause).toBe(change)
})

it('stack.ts of an ECS service may add a container', async () => {
  const text = `export default (stack, { task }) => {
    const containers = JSON.parse(task.containerDefinitionsInput)
    task.containerDefinitions = JSON.stringify([...containers, { name: 'more', image: 'more:1' }])
  }`
  const { stack } = await synth({ 'services/x/stack.ts': text }, 'ecs-service')
  const containers = JSON.parse(String(resource(stack, 'aws_ecs_task_definition.task').container_definitions))
  expect(containers.map(({ name }: { name: string }) => name)).toEqual(['x', 'more'])
  expect(addresses(stack)).toContain('aws_ecs_service.service')
})

it.each([
  ['export const extend = () => {}', /^services\/x\/stack\.ts does not export a function$/, /missing/],
  ['export default 7', /^services\/x\/stack\.ts does not export a function$/, /number/],
  ['export default async () => {}', /^services\/x\/stack\.ts is async$/, /as soon as/],
  ['export default (', /^services\/x\/stack\.ts:1 cannot be loaded$/, /SyntaxError/],
  ["import 'no-such-package'", /^services\/x\/stack\.ts cannot be loaded$/, /Cannot find package/],
  ['\nthrow new Error("mine")', /^services\/x\/stack\.ts:2 cannot be loaded$/, /^Error: mine$/],
  [
    '\n\nexport default () => { throw new Error("mine") }',
    /^services\/x\/stack\.ts:3 fails for x in staging$/,
    /^Error: mine$/,
  ],
  [
    'export default async () => { throw new Error("mine") }',
    /^services\/x\/stack\.ts is async$/,
    /as soon as/,
  ],
  ['export default () => { throw undefined }', /^services\/x\/stack\.ts fails for x/, /^undefined$/],
  ['throw Object.create(null)', /^services\/x\/stack\.ts cannot be loaded$/, /null prototype/],
  [
    'const again = () => again()\nexport default again',
    /^services\/x\/stack\.ts:1 fails for x in staging$/,
    /^RangeError: Maximum call stack/,
  ],
  ['export default () => { throw "mine" }', /^services\/x\/stack\.ts fails for x in staging$/, /^mine$/],
  ['enum A {}', /^services\/x\/stack\.ts.* cannot be loaded$/, /enum/i],
  [
    "import { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js'\nexport default stack => { new IamRole(stack, 'role', { name: 'r', assumeRolePolicy: '{}' }) }",
    /^services\/x\/stack\.ts:2 fails for x in staging$/,
    /already a Construct with name 'role'/,
  ],
  [
    "export default stack => stack.node.addValidation({ validate: () => ['mine is wrong'] })",
    /^services\/x\/stack\.ts cannot be synthesized$/,
    /mine is wrong/,
  ],
])('refuses %j', async (text, message, cause) => {
  const error = await refused({ 'services/x/stack.ts': text })
  expect(error.errorCode.code).toBe('own-stack-unusable')
  expect(error.message).toMatch(message)
  expect(error.cause).toMatch(cause)
})

it.each(['override.tf', 'my_override.tf', 'override.tf.json', 'a_override.tf.json'])(
  'refuses the override file %s',
  async name => {
    const error = await refused({ [`services/x/${name}`]: '{}' })
    expect(error.message).toBe(`services/x/${name} is a Terraform override file`)
  },
)

it.each(['cdk.tf.json', 'CDK.tf.json', 'waybill-adopt.tf.json'])(
  'refuses %s, which is a file of Waybill in the folder of the stack',
  async name => {
    const error = await refused({ [`services/x/${name}`]: '{}' })
    expect(error.message).toBe(`services/x/${name} has the name of a file of Waybill`)
  },
)

it.each([
  ['nowhere', 'it is a link to nothing'],
  ['.', 'it is neither a file nor a link to one'],
])('refuses a Terraform file that is a link to %s', async (to, cause) => {
  const error = await refused({}, 'lambda-zip', root => symlinkSync(to, join(root, 'services/x/more.tf')))
  expect(error.message).toBe('services/x/more.tf cannot be read as a Terraform file')
  expect(error.cause).toBe(cause)
})

it('finds a module in a block of one line', async () => {
  const { folder } = await synth({ 'services/x/more.tf': 'module "queue" { source = "./queue" }\n' })
  expect(readFileSync(join(folder, 'more.tf'), 'utf8')).toBe(
    'module "queue" { source = "../../../services/x/./queue" }\n',
  )
})

it('stack.ts can neither reach the stacks of others nor add some', async () => {
  const others = `export default stack => {
    const all = stack.node.root.node.children
    for (const one of all) if (one !== stack) one.addOverride('resource', {})
    if (all.length > 1) throw new Error('reached')
  }`
  const root = rootWith({ 'services/x/stack.ts': others, 'services/y/service.json': '{}' })
  const outdir = join(root, 'cdktf.out')
  const both = pinned(services({ x: { kind: 'lambda-zip' }, y: { kind: 'ecs-service' } }), oneEnvironment)
  synthesize({ ...both, root, outdir }, await loadOwn(root, ['x' as ServiceName, 'y' as ServiceName]))
  const stacks = readStacks(outdir)
  expect(addresses(stacks['y-staging'])).toContain('aws_ecs_service.service')
  expect(addresses(stacks['x-staging'])).toContain('aws_lambda_alias.live')
  const added = `import { TerraformStack } from 'cdktf'
  export default stack => { new TerraformStack(stack.node.root, 'y-staging') }`
  const { message } = await refused({ 'services/x/stack.ts': added })
  expect(message).toBe('services/x/stack.ts may not add or remove stacks next to that of x in staging')
})
