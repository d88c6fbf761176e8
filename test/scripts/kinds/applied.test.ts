import { expect, it } from 'vitest'
import { kindOfApplied, parseApplied } from '../../../scripts/kinds/applied.ts'
import { userError } from '../samples.ts'

const tag = 'service-a-v1.1.0'
const lambda = { tag, functionName: 'f', live: 'STAGING', stable: 'STAGING_STABLE' }
const service = { tag, cluster: 'shared', serviceName: 's', container: 'service-a' }
const taskDefinition = 'arn:aws:ecs:eu-central-1:111111111111:task-definition/s:7'

it.each([
  [
    'a zip',
    { ...lambda, kind: 'lambda-zip', revision: '7' },
    'STAGING → version 7',
    'version 7',
    'the alias STAGING of f',
  ],
  [
    'an image',
    { ...lambda, kind: 'lambda-image', revision: '7' },
    'STAGING → version 7',
    'version 7',
    'the alias STAGING of f',
  ],
  [
    'a service',
    { ...service, kind: 'ecs-service', revision: taskDefinition },
    's:7',
    's:7',
    'the service s of the cluster shared',
  ],
])('parses the output of %s unchanged', (_, output, shown, revision, pointer) => {
  const applied = parseApplied(output)
  expect(applied).toEqual(output)
  expect(kindOfApplied(applied).show(applied)).toBe(shown)
  expect(kindOfApplied(applied).printRevision(applied.revision)).toBe(revision)
  expect(kindOfApplied(applied).pointer(applied)).toBe(pointer)
})

it('parses outputs that use the former names of kinds and revisions', () => {
  expect(parseApplied({ ...lambda, kind: 'lambda', version: '7' })).toEqual({
    ...lambda,
    kind: 'lambda-zip',
    revision: '7',
  })
  const { container: _, ...former } = service
  expect(parseApplied({ ...former, kind: 'ecs', taskDefinition })).toEqual({
    ...former,
    kind: 'ecs-service',
    revision: taskDefinition,
  })
})

it.each([
  ['a future kind', { kind: 'kubernetes', tag, revision: '1' }, 'applied-unknown', 'kubernetes'],
  [
    'a property of every object',
    { kind: 'constructor', tag, revision: '1' },
    'applied-unknown',
    'constructor',
  ],
  ['no kind', { tag }, 'applied-damaged', 'no kind'],
  ['nothing', null, 'applied-damaged', 'no kind'],
  ['a string', 'lambda', 'applied-damaged', 'no kind'],
  [
    'a service without its cluster',
    { kind: 'ecs-service', tag, revision: '1', serviceName: 's' },
    'applied-damaged',
    'cluster',
  ],
  ['a former output with a number', { ...lambda, kind: 'lambda', version: 3 }, 'applied-damaged', 'revision'],
])('refuses %s', (_, output, code, says) => {
  const error = userError(() => parseApplied(output))
  expect(error).toMatchObject({ code, ending: 'badInput' })
  expect(error.cause).toContain(says)
})
