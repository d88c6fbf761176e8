import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { findEnvironment } from '../../scripts/catalogue/environments.ts'
import { rolloutPlan } from '../../scripts/catalogue/service-config.ts'
import { type KindName, kindNames, kinds } from '../../scripts/kinds/all.ts'
import { managed } from '../../scripts/terraform/plan-faults.ts'
import { service } from '../scripts/samples.ts'
import { environments, pinned, services } from './catalogue.ts'
import { ecsExamples } from './examples/ecs.ts'
import type { Examples } from './examples/example.ts'
import { imageExamples, zipExamples } from './examples/lambda.ts'
import { settingPaths, withSetting } from './settings-of.ts'
import { synthesized } from './synthesized.ts'

const examples: Readonly<Record<KindName, Examples>> = {
  'lambda-zip': zipExamples,
  'lambda-image': imageExamples,
  'ecs-service': ecsExamples,
}

/** What only a rollout reads. */
const ofRollout = ['criteria', 'smoke', 'strategy', 'watch']

// An ECS service with a smoke check needs a test listener.
const placesWith = (defaults: object) =>
  environments(json => {
    // Only a newer provider than the bindings' knows a URL for everybody.
    Object.assign(json, { defaults, terraform: { awsProvider: '~> 6.29' } })
    for (const one of Object.values(json.environments))
      one.testListener = `${String(one.listener).slice(0, -1)}b`
  })

type Made = ReturnType<typeof make>
const known = new Map<string, Made>()

/** What comes of a service.json: its stack in each environment, and how it is rolled out to staging. */
function made(kind: KindName, given: object, defaults: object = {}): Made {
  const key = JSON.stringify([kind, given, defaults])
  const found = known.get(key) ?? make(kind, given, defaults)
  known.set(key, found)
  return found
}

function make(kind: KindName, given: object, defaults: object) {
  const all = services({ x: { kind, ...given } })
  const places = placesWith({ [kind]: defaults })
  const { 'x-staging': staging, 'x-prod': prod } = synthesized({ ...pinned(all, places), foundation: false })
  // What is not in this table is taken for a resource that the repository adds.
  expect(Object.keys(managed)).toEqual(expect.arrayContaining(Object.keys(staging?.resource ?? {})))
  const target = { service: service('x'), environment: 'staging' }
  const config = all[target.service]
  if (config === undefined) throw new Error('there is no service')
  const environment = findEnvironment(places, 'staging')
  const rollout = rolloutPlan(config, target, environment, { name: 'service.json', remedy: '' })
  return { staging, prod, rollout }
}

const all = kindNames.flatMap(kind =>
  settingPaths(kinds[kind].settings as z.ZodType).map(path => [kind, path] as const),
)

describe.each(all)('%s: %s', (kind, path) => {
  const example = examples[kind][path]
  it.skipIf(example === undefined)(
    'changes what comes of a service.json, in the environment that it is for',
    () => {
      const { to, among = {} } = example ?? { to: undefined }
      const other = withSetting(among, path, to)
      const before = made(kind, { settings: among })
      const after = made(kind, { settings: other })
      const [name = ''] = path.split(/[.([]/)
      if (ofRollout.includes(name)) expect(after).not.toEqual(before)
      else expect(after.staging).not.toEqual(before.staging)
      const overridden = made(kind, { settings: among, environments: { staging: { [name]: other[name] } } })
      expect(overridden).toEqual({ ...after, prod: before.prod })
      expect(made(kind, {}, other)).toEqual(after)
    },
  )
  it('has an example, without which nothing shows that it does anything', () => {
    expect(example).toBeDefined()
  })
})

it.each(kindNames)('%s: every example is of a setting', kind => {
  const paths = settingPaths(kinds[kind].settings as z.ZodType)
  expect(Object.keys(examples[kind]).filter(path => !paths.includes(path))).toEqual([])
})

it('finds every setting in a schema', () => {
  const schema = z.strictObject({
    a: z.string().default(''),
    b: z.strictObject({ c: z.number().optional() }).prefault({}),
    d: z.array(z.strictObject({ e: z.string() })).optional(),
    f: z.union([
      z.discriminatedUnion('is', [z.strictObject({ is: z.literal('g'), h: z.string() })]),
      z.string(),
    ]),
    i: z.union([z.literal(false), z.strictObject({ j: z.string() })]),
    k: z.record(z.string(), z.string()),
    l: z.record(z.string(), z.strictObject({ m: z.string() })),
  })
  expect(settingPaths(schema)).toEqual(['a', 'b.c', 'd[].e', 'f(g)', 'f(g).h', 'f', 'i', 'i.j', 'k', 'l.*.m'])
})
