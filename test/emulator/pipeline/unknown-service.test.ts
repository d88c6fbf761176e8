import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Emulator } from '../emulator.ts'
import { startEmulator } from '../emulator.ts'
import { rawCalls } from '../raw-calls.ts'

let emulator: Emulator

beforeAll(async () => {
  emulator = await startEmulator()
})
afterAll(() => emulator.close())

const { send, json, query } = rawCalls(() => emulator)
const says = (service: string) => `it has no service '${service}'`

it('is told to a client of the JSON protocol in JSON', async () => {
  const answer = await json('dynamodb', 'DynamoDB_20120810.GetItem', {})
  expect(answer).toEqual({
    status: 400,
    body: { __type: 'UnknownOperationException', message: expect.stringContaining(says('dynamodb')) },
  })
})

it.each(['1.0', '1.1'])('is told to a client of JSON %s in that version', async version => {
  const type = `application/x-amz-json-${version}`
  const headers = { 'x-amz-target': 'DynamoDB_20120810.GetItem', 'content-type': type }
  const answer = await send('dynamodb', { headers, body: '{}' })
  expect([answer.status, answer.type]).toEqual([400, type])
})

it('is told to a client of the query protocol in XML', async () => {
  const answer = await query('autoscaling', { Action: 'CreateAutoScalingGroup', Version: '2011-01-01' })
  expect(answer).toMatchObject({ status: 400, type: 'text/xml', code: 'InvalidAction' })
  expect(answer.text.replaceAll('&apos;', "'")).toContain(says('autoscaling'))
})

it('is told to a client of a REST API in the format of that API', async () => {
  const rest = await send('apigateway', { method: 'GET', path: '/restapis' })
  expect([rest.status, rest.type]).toEqual([501, 'application/json'])
  expect(JSON.parse(rest.text)).toEqual({ message: expect.stringContaining(says('apigateway')) })
  const xml = await send('route53', { method: 'GET', path: '/2013-04-01/hostedzone' })
  expect([xml.status, xml.type]).toEqual([501, 'text/xml'])
  expect(xml.text).toContain('<Code>NotImplemented</Code>')
})
