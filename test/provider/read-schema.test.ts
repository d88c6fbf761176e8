import { describe, expect, it } from 'vitest'
import { dataSources } from './data-sources/table.ts'
import { resourceTypes } from './resources/table.ts'
import { readSchema } from './schema/read-schema.ts'
import { readSchemas } from './schema/schemas.ts'
import type { Block } from './schema/types.ts'

const required = { required: true, optional: false, computed: false }
const optional = { required: false, optional: true, computed: false }
const computed = { required: false, optional: false, computed: true }
const either = { required: false, optional: true, computed: true }
const object = (fields: object) => ['object', expect.objectContaining(fields)]

describe('the schema that the package was generated from', () => {
  it.each([
    ['lambda-alias', 'function_version', { type: 'string', ...required }],
    ['lambda-alias', 'arn', { type: 'string', ...computed }],
    ['lambda-alias', 'id', { type: 'string', ...either }],
    ['lambda-function', 'publish', { type: 'bool', ...optional }],
    ['lambda-function', 'memory_size', { type: 'number', ...optional }],
    ['lambda-function', 'architectures', { type: ['list', 'string'], ...either }],
    ['lambda-function', 'tags_all', { type: ['map', 'string'], ...either }],
    ['ecs-task-definition', 'requires_compatibilities', { type: ['set', 'string'], ...optional }],
    ['lb-target-group', 'load_balancer_arns', { type: ['set', 'string'], ...computed }],
    [
      'security-group',
      'ingress',
      { type: ['set', object({ self: 'bool', cidr_blocks: ['list', 'string'] })], ...either },
    ],
    ['data-aws-iam-policy-document', 'json', { type: 'string', ...computed }],
    ['provider', 'allowed_account_ids', { type: ['set', 'string'], ...optional }],
  ])('describes %s.%s', (module, attribute, expected) => {
    expect(readSchema(module).attributes[attribute]).toEqual(expected)
  })

  it.each([
    ['lambda-alias', ['routing_config'], { nesting: 'LIST', minItems: 0, maxItems: 1 }],
    ['s3-bucket-versioning', ['versioning_configuration'], { nesting: 'LIST', minItems: 1, maxItems: 1 }],
    ['ecs-service', ['load_balancer'], { nesting: 'SET', minItems: 0, maxItems: 0 }],
    ['ecs-service', ['timeouts'], { nesting: 'SINGLE', minItems: 0, maxItems: 0 }],
    [
      'ecs-service',
      ['load_balancer', 'advanced_configuration'],
      { nesting: 'LIST', minItems: 0, maxItems: 1 },
    ],
    ['lb-listener-rule', ['action'], { nesting: 'LIST', minItems: 1, maxItems: 0 }],
    ['lb-listener-rule', ['action', 'forward', 'target_group'], { nesting: 'SET', minItems: 1, maxItems: 0 }],
    ['route53-record', ['alias'], { nesting: 'LIST', minItems: 0, maxItems: 1 }],
    ['provider', ['default_tags'], { nesting: 'LIST', minItems: 0, maxItems: 0 }],
  ])('limits the number of blocks %s.%s', (module, path, expected) => {
    let block: Block | undefined = readSchema(module)
    for (const name of path.slice(0, -1)) block = block?.blocks[name]?.block
    expect(block?.blocks[path.at(-1) ?? '']).toMatchObject(expected)
  })

  it("does not have terraform's own arguments", () => {
    const { attributes, blocks } = readSchema('lambda-function')
    expect(Object.keys({ ...attributes, ...blocks })).not.toContain('depends_on')
    expect(Object.keys(readSchema('provider').attributes)).not.toContain('alias')
  })

  it('covers every type of the stand-in, with an attribute for each replacement rule', () => {
    const { resources } = readSchemas(resourceTypes.keys(), dataSources.keys())
    const stray = [...resourceTypes].flatMap(([name, { replaceOn }]) => {
      const block = resources.get(name)
      return replaceOn
        .filter(rule => !(rule in { ...block?.attributes, ...block?.blocks }))
        .map(rule => [name, rule])
    })
    expect(stray).toEqual([])
  })
})
