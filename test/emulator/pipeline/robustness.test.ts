import { request } from 'node:http'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Emulator } from '../emulator.ts'
import { startEmulator } from '../emulator.ts'

let emulator: Emulator

beforeAll(async () => {
  emulator = await startEmulator()
})
afterAll(() => emulator.close())

type Raw = { method: string; path: string; headers: Record<string, string>; body: string }

function send({ method, path, headers, body }: Raw): Promise<{ status: number | undefined; text: string }> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(emulator.url)
    const sent = request({ hostname, port, method, path, headers }, answer => {
      let text = ''
      answer.on('data', chunk => {
        text += chunk
      })
      answer.on('end', () => resolve({ status: answer.statusCode, text }))
    })
    sent.on('error', reject)
    sent.end(method === 'GET' || method === 'HEAD' ? undefined : body)
  })
}

const signed = fc
  .constantFrom(
    's3',
    'ecr',
    'sts',
    'lambda',
    'ecs',
    'monitoring',
    'iam',
    'ec2',
    'elasticloadbalancing',
    'scheduler',
    'sns',
    'secretsmanager',
  )
  .map(
    service =>
      `AWS4-HMAC-SHA256 Credential=EMULATORKEY111111111111/20260101/us-east-1/${service}/aws4_request, Signature=0`,
  )
const path = fc
  .array(
    fc.constantFrom(
      'bkt',
      'v2',
      '_layers',
      'manifests',
      'blobs',
      'uploads',
      'tags',
      'list',
      'a',
      '%',
      '%ff',
      '',
    ),
    { maxLength: 5 },
  )
  .map(parts => `/${parts.join('/')}`)
const query = fc.constantFrom(
  '',
  '?uploads',
  '?uploadId=x',
  '?tagging',
  '?policy',
  '?delete',
  '?versions',
  '?list-type=2&max-keys=x',
)
const target = fc.constantFrom('PutImage', 'BatchGetImage', 'ListImages', 'constructor', '__proto__')
const raw: fc.Arbitrary<Raw> = fc.record({
  method: fc.constantFrom('GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'PATCH'),
  path: fc.tuple(path, query).map(parts => parts.join('')),
  headers: fc
    .record(
      {
        authorization: fc.oneof(
          signed,
          fc.constantFrom('Basic', 'Basic eA==', 'AWS4-HMAC-SHA256 Credential=/'),
        ),
        'x-amz-target': target.map(name => `AmazonEC2ContainerRegistry_V20150921.${name}`),
        'x-amz-copy-source': fc.constantFrom('bkt', '%', 'bkt/a?versionId=x'),
        'x-amz-content-sha256': fc.constant('STREAMING-UNSIGNED-PAYLOAD-TRAILER'),
        'x-amz-checksum-sha256': fc.constant('x'),
        range: fc.constantFrom('bytes=-', 'bytes=9-1'),
      },
      { requiredKeys: [] },
    )
    .map(headers => ({ ...headers })),
  body: fc.oneof(
    fc.json(),
    fc.constantFrom('', '{', '<Delete>', '<Delete><Object/></Delete>', '5\r\nabc'),
    fc.string(),
  ),
})

it('answers any request, and never with a fault of its own', async () => {
  await fc.assert(
    fc.asyncProperty(raw, async input => {
      const { status, text } = await send(input)
      expect(status).toBeGreaterThanOrEqual(200)
      expect(text).not.toContain('EmulatorBug')
    }),
    { numRuns: 500 },
  )
})
