import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, it, onTestFinished } from 'vitest'
import { logTail } from '../../../../scripts/incident/io/log-tail.ts'
import { settingsOf } from '../../../support/aws-settings.ts'

type Event = { readonly logStreamName: string; readonly timestamp: number; readonly message: string }
type Asked = { readonly startTime: number; readonly endTime: number; readonly logStreamNamePrefix?: string }

/** A log that gives all the events of a time at once, or says that there is always more of it. */
async function serveLog(events: readonly Event[], nextToken?: string) {
  let calls = 0
  const server = createServer(async (request, response) => {
    calls++
    const asked = JSON.parse(await text(request)) as Asked
    const found = events.filter(
      ({ logStreamName, timestamp }) =>
        logStreamName.startsWith(asked.logStreamNamePrefix ?? '') &&
        asked.startTime <= timestamp &&
        timestamp <= asked.endTime,
    )
    response.end(JSON.stringify({ events: found, nextToken }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const env = {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    AWS_ACCESS_KEY_ID: 'AKIATEST',
    AWS_SECRET_ACCESS_KEY: 'test',
  }
  return { settings: settingsOf({ env }), calls: () => calls }
}

const at = (time: string) => new Date(`2026-01-${time}Z`)
const group = '/aws/lambda/x'
const streams = (day: string) => `${day}/[7]`

it('a stream that began on the day before is read after midnight, too', async () => {
  const logStreamName = '2026/01/30/[7]abc'
  const message = 'no such order'
  const events = [{ logStreamName, timestamp: at('31T00:29:55').getTime(), message }]
  const { settings } = await serveLog(events)
  const window = { from: at('30T23:50:00'), to: at('31T00:30:00') }
  const { lines } = await logTail(settings, { group, streams }, window)
  expect(lines).toEqual([{ at: '2026-01-31T00:29:55.000Z', text: message }])
})

it('a log that is too much to look through is read from its end, and only so far', async () => {
  const { settings, calls } = await serveLog([], 'more')
  const window = { from: at('30T00:00:00'), to: at('31T00:00:00') }
  const { lines, after } = await logTail(settings, { group }, window)
  expect({ lines, after }).toEqual({ lines: [], after: expect.stringContaining('2026-01-30T23:5') })
  expect(calls()).toBe(200)
})
