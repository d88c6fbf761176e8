import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { handler } from '../src/index.ts'

const GOOD = JSON.stringify({ consignment: 'C-1', containers: ['CSQU3054383'] })
const BAD = JSON.stringify({ consignment: 'C-2', containers: ['CSQU3054384'] })
const lines: string[] = []

beforeEach(() => {
  vi.stubEnv('RELEASE', 'service-c-v1.1.0')
  vi.stubEnv('COMMIT', 'c0ffee')
  vi.spyOn(process.stdout, 'write').mockImplementation(line => {
    lines.push(String(line))
    return true
  })
})

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  lines.length = 0
})

test('only the messages that failed come again', async () => {
  const Records = [
    { messageId: 'first', body: GOOD },
    { messageId: 'second', body: BAD },
    { messageId: 'third', body: GOOD },
    { messageId: 'fourth', body: 'no JSON' },
  ]
  expect(await handler({ Records })).toEqual({
    batchItemFailures: [{ itemIdentifier: 'second' }, { itemIdentifier: 'fourth' }],
  })
})

test('every line of the log names the message, the release and the commit', async () => {
  await handler({
    Records: [
      { messageId: 'first', body: GOOD },
      { messageId: 'second', body: BAD },
    ],
  })
  const identity = { service: 'service-c', release: 'service-c-v1.1.0', commit: 'c0ffee' }
  expect(lines.map(line => JSON.parse(line))).toEqual([
    {
      level: 'info',
      message: 'consignment checked',
      ...identity,
      messageId: 'first',
      consignment: 'C-1',
      containers: ['CSQU3054383'],
    },
    {
      level: 'error',
      message: 'consignment refused',
      ...identity,
      messageId: 'second',
      problem: '"CSQU3054384" has a wrong check digit: it should be 3',
    },
  ])
})

test('a batch without a failure is done', async () => {
  expect(await handler({ Records: [{ messageId: 'first', body: GOOD }] })).toEqual({ batchItemFailures: [] })
})

test('a health check answers the release and commit of the environment', async () => {
  expect(await handler({ check: 'health' })).toEqual({
    status: 'ok',
    service: 'service-c',
    release: 'service-c-v1.1.0',
    commit: 'c0ffee',
  })
})

test('a health check says when nobody told it a release', async () => {
  vi.stubEnv('RELEASE', undefined)
  vi.stubEnv('COMMIT', '')
  expect(await handler({ check: 'health' })).toMatchObject({ release: 'unknown', commit: 'unknown' })
})
