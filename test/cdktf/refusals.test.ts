import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { synthesize } from '../../cdktf/synthesize.ts'
import { userError } from '../scripts/samples.ts'
import { environments, type Input, pinned, pinOf, services } from './catalogue.ts'

/** The error that refuses the synth of an input, after which nothing may have been written. */
function refusal(input: Input) {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-synth-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const outdir = join(folder, 'out')
  const error = userError(() => synthesize({ ...input, outdir }))
  expect(existsSync(outdir)).toBe(false)
  expect(error.ending).toBe('badInput')
  return error
}

type Change = Parameters<typeof environments>[0]

/** The error for one service with a changed staging environment. */
function refused(json: Record<string, unknown>, change: Change = () => {}) {
  const only = environments(text => {
    text.environments = { staging: text.environments.staging as Record<string, unknown> }
    change(text)
  })
  return refusal(pinned(services({ x: json }), only))
}

const route = { priority: 7, paths: ['/x'] }
const ecs = { kind: 'ecs-service' }
const without =
  (...fields: string[]): Change =>
  ({ environments: { staging = {} } }) => {
    for (const field of fields) delete staging[field]
  }

it.each([
  [ecs, ['cluster'], 'a cluster', /"cluster"/],
  [ecs, ['network'], 'a network', /"network": \{ "vpc"/],
  [ecs, ['cluster', 'network'], 'a cluster and a network', /"cluster".*"network"/],
  [{ ...ecs, settings: { route } }, ['listener'], 'a listener', /"listener": "arn:/],
  [{ kind: 'lambda-zip', settings: { inNetwork: true } }, ['network'], 'a network', /"network"/],
])('%j in an environment without %j', (json, fields, what, remedy) => {
  const error = refused(json, without(...fields))
  expect(error.message).toBe(`x in staging needs ${what}, which cdktf/environments.json does not name`)
  expect(error.remedy).toMatch(/^Add to staging there: /)
  expect(error.remedy).toMatch(remedy)
})

it('a service without a route needs no listener', () => {
  expect(() => refused(ecs, without('listener'))).toThrow('nothing was refused')
})

it('a Lambda function in a network without security groups', () => {
  const error = refused(
    { kind: 'lambda-image', settings: { inNetwork: true } },
    ({ environments: { staging } }) => {
      Object.assign(staging as object, { network: { vpc: 'vpc-1', subnets: ['subnet-1'] } })
    },
  )
  expect(error.message).toBe(
    'x in staging needs a security group, which cdktf/environments.json does not name',
  )
})

it.each(['lambda-zip', 'lambda-image'])('a %s in a different region from its artifacts', kind => {
  const error = refused({ kind }, ({ environments: { staging } }) => {
    Object.assign(staging as object, { region: 'us-east-1' })
  })
  expect(error.message).toBe('x in staging would run in us-east-1, but its artifacts are in eu-central-1')
  expect(error.remedy).toContain('Set the region of staging to eu-central-1')
})

it('settings that do not fit together', () => {
  const { message } = refused({ ...ecs, settings: { cpu: 300 }, environments: { staging: { count: 2 } } })
  expect(message).toMatch(/^services\/x\/service.json is not valid:\n {2}in staging: cpu: must be one of 256/)
})

it('settings for an environment that does not exist', () => {
  const error = refused({ ...ecs, environments: { stagign: { count: 2 } } })
  expect(error.message).toBe('services/x/service.json has settings for stagign, which is not an environment')
  expect(error.cause).toBe('environments.json has staging')
})

it('two services with the same priority on a listener, pinned or not', () => {
  const json = { ...ecs, settings: { route } }
  const input = pinned(
    services({ x: json, y: json, z: { ...ecs, settings: { route: { ...route, priority: 8 } } } }),
  )
  const error = refusal({ ...input, stacks: [] })
  expect(error.message).toContain(
    'x in staging and y in staging would both use the priority 7 on the same listener',
  )
  expect(error.message).toContain(
    'x in prod and y in prod would both use the priority 7 on the same listener',
  )
  expect(error.message).not.toContain('z in')
})

it('the same priority in two environments that share a listener', () => {
  const shared = environments(json => {
    const { staging, prod } = json.environments
    Object.assign(prod as object, { ...staging })
  })
  const error = refusal(pinned(services({ x: { ...ecs, settings: { route } } }), shared))
  expect(error.message).toContain(
    'x in staging and x in prod would both use the priority 7 on the same listener',
  )
})

it('two services with the same image repository', () => {
  const error = refusal(
    pinned(services({ x: { ...ecs, repository: 'y-image' }, y: { kind: 'lambda-image' } })),
  )
  expect(error.message).toBe('x and y share the repository y-image')
})

it('two targets with the same stack id and a name that is too long, at once', () => {
  const input = pinned(
    services({ x: ecs, 'x-staging': ecs, [`y${'y'.repeat(60)}`]: { kind: 'lambda-zip' } }),
    environments(({ environments: all }) => {
      Object.assign(all, { 'staging-eu': all.staging, eu: all.prod })
    }),
  )
  const { message } = refusal(input)
  expect(message).toContain('x in staging-eu and x-staging in eu would both have the stack x-staging-eu')
  expect(message).toMatch(/the name of the function of y+ in staging is too long for AWS/)
})

it('a pin for a service or environment that does not exist', () => {
  const input = pinned(services({ x: ecs }))
  const [one] = input.stacks as [Input['stacks'][number]]
  const service = 'gone' as typeof one.service
  const error = refusal({
    ...input,
    stacks: [
      { ...one, service },
      { ...one, environment: 'dev' },
    ],
  })
  expect(error.message).toContain('is pinned for gone in staging, which does not exist')
  expect(error.message).toContain('is pinned for x in dev, which does not exist')
  expect(error.remedy).toContain('Remove cdktf/pins/dev/x.json')
})

it.each([
  ['lambda-image', 'lambda-zip', 'an image', 'a zip'],
  ['lambda-zip', 'ecs-service', 'a zip', 'an image'],
])('a pin of a %s release for what is now a %s', (before, now, has, is) => {
  const [then, today] = [services({ x: { kind: before } }), services({ x: { kind: now } })]
  const pins = Object.entries(then).map(([name, config]) => pinOf(name, config))
  const input = pinned(today)
  const error = refusal({
    ...input,
    stacks: input.stacks.map(one => ({ ...one, pin: pins[0] as typeof one.pin })),
  })
  expect(error.message).toContain(`x-v1.1.0, which is pinned for x in staging, is ${has}`)
  expect(error.message).toContain(`whose artifact is ${is}`)
})

it('reports the faults of all services at once', () => {
  const all = services({
    x: { ...ecs, settings: { cpu: 300 } },
    y: { ...ecs, settings: { memory: 600 } },
    z: { ...ecs, repository: 'x-image' },
  })
  const { message } = refusal(pinned(all))
  for (const text of ['x and z share the repository', 'services/x/', 'services/y/', 'in staging', 'in prod'])
    expect(message).toContain(text)
})
