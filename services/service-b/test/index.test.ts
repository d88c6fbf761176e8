import { afterEach, expect, test, vi } from 'vitest'
import { handler } from '../src/index.ts'

const ADDRESS = { name: 'Ada', street: 'Main 1', postalCode: '1012ab', city: 'Amsterdam', country: 'nl' }

function request(method: string, rawPath: string, body?: string, isBase64Encoded = false) {
  return handler({
    rawPath,
    requestContext: { http: { method } },
    isBase64Encoded,
    ...(body === undefined ? {} : { body }),
  })
}

afterEach(() => {
  vi.unstubAllEnvs()
})

test('health answers the release and commit of the environment', async () => {
  vi.stubEnv('RELEASE', 'service-b-v1.1.0')
  vi.stubEnv('COMMIT', 'c0ffee')
  const result = await request('GET', '/health')
  expect(result.statusCode).toBe(200)
  expect(JSON.parse(result.body)).toEqual({
    status: 'ok',
    service: 'service-b',
    release: 'service-b-v1.1.0',
    commit: 'c0ffee',
  })
})

test('health says when nobody told it a release', async () => {
  vi.stubEnv('RELEASE', undefined)
  vi.stubEnv('COMMIT', undefined)
  expect(JSON.parse((await request('GET', '/health')).body)).toMatchObject({
    release: 'unknown',
    commit: 'unknown',
  })
})

test.each([
  ['plain', JSON.stringify(ADDRESS), false],
  ['base64', Buffer.from(JSON.stringify(ADDRESS)).toString('base64'), true],
])('normalises an address from a %s body', async (_, body, isBase64Encoded) => {
  const result = await request('POST', '/addresses/normalise', body, isBase64Encoded)
  expect(result).toMatchObject({
    statusCode: 200,
    headers: { 'content-type': 'application/json; charset=utf-8' },
  })
  expect(JSON.parse(result.body)).toEqual({ ...ADDRESS, postalCode: '1012 AB', country: 'NL' })
})

test.each([
  ['an address with faults', JSON.stringify({ ...ADDRESS, city: '' }), ['city is missing']],
  ['no JSON', '{', undefined],
  ['nothing', undefined, undefined],
])('answers 400 to %s', async (_, body, details) => {
  const result = await request('POST', '/addresses/normalise', body)
  expect(result.statusCode).toBe(400)
  expect(JSON.parse(result.body)).toHaveProperty('error')
  expect(JSON.parse(result.body).details).toEqual(details)
})

test('answers 404 to a path that it does not know', async () => {
  expect((await request('GET', '/')).statusCode).toBe(404)
})

test('answers 405 to another method and names the right one', async () => {
  const result = await request('GET', '/addresses/normalise')
  expect(result).toMatchObject({ statusCode: 405, headers: { allow: 'POST' } })
})
