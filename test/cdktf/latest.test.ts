import { expect, it } from 'vitest'
import { bindingsVersion } from '../../scripts/catalogue/aws-provider.ts'
import { environments, pinned, sampleServices, services } from './catalogue.ts'
import { type Stack, synthesized } from './synthesized.ts'

const route = { priority: 7, paths: ['/x'] }
const others = services({
  green: { kind: 'ecs-service', settings: { route, strategy: { type: 'blue-green' } } },
  inside: { kind: 'ecs-service' },
  network: { kind: 'lambda-zip', settings: { inNetwork: true } },
  image: { kind: 'lambda-image', settings: { command: ['index.other'] } },
})
const stacks = Object.entries(synthesized(pinned({ ...sampleServices(), ...others })))

it('covers all kinds of stacks', () => {
  expect(stacks).toHaveLength(1 + 2 * 8)
})

it.each(stacks)('%s never uses $LATEST', (_, stack) => {
  expect(JSON.stringify(stack)).not.toContain('LATEST')
})

/** Every reference to the function itself in a stack, by its path. */
function usesOfFunction(stack: Stack): string[] {
  const found: string[] = []
  const walk = (value: unknown, path: string) => {
    if (typeof value === 'string')
      for (const [, attribute] of value.matchAll(/\$\{aws_lambda_function\.function\.(\w+)/g))
        found.push(`${path}: ${attribute}`)
    else if (typeof value === 'object' && value !== null)
      for (const [key, inner] of Object.entries(value)) walk(inner, `${path}${path === '' ? '' : '.'}${key}`)
  }
  walk(stack, '')
  return found.toSorted()
}

const lambdas = stacks.filter(([, { resource }]) => 'aws_lambda_function' in resource)

it.each(lambdas)('in %s only the aliases and the rollout refer to the function itself', (_, stack) => {
  expect(usesOfFunction(stack)).toEqual([
    'output.applied.value.functionName: function_name',
    'output.applied.value.revision: version',
    'resource.aws_lambda_alias.live.function_name: function_name',
    'resource.aws_lambda_alias.live.function_version: version',
    'resource.aws_lambda_alias.stable.function_name: function_name',
    'resource.aws_lambda_alias.stable.function_version: version',
  ])
})

it.each(lambdas)('%s publishes a version and is called through its alias', (_, stack) => {
  expect(stack.resource.aws_lambda_function?.function).toMatchObject({ publish: true })
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a reference of Terraform
  expect(stack.output.invoke_arn?.value).toBe('${aws_lambda_alias.live.invoke_arn}')
})

it('every stack requires the AWS provider that environments.json names', () => {
  const places = environments(json =>
    Object.assign(json, { terraform: { awsProvider: '~> 6.40' }, github: { repository: 'acme/parcels' } }),
  )
  const access = { artifacts: true, environments: ['staging'] }
  const all = Object.values(synthesized({ ...pinned(sampleServices(), places), access }))
  expect(all.length).toBeGreaterThan(8)
  for (const { terraform } of all)
    expect(terraform.required_providers).toEqual({ aws: { source: 'aws', version: '~> 6.40' } })
  for (const [, { terraform }] of stacks)
    expect(terraform.required_providers).toEqual({ aws: { source: 'aws', version: bindingsVersion } })
})
