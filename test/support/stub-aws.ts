import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { awsAccess } from '../../scripts/aws/access.ts'
import type { AwsSettings } from '../../scripts/aws/io/calls.ts'

/**
 * Starts an AWS that gives one answer to every request, for answers that the emulator never gives, and returns how to
 * call it.
 */
export async function stubAws(answer: object): Promise<AwsSettings> {
  const server = createServer((_, response) => response.end(JSON.stringify(answer)))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const environment = {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_ACCESS_KEY_ID: 'AKIATEST',
    AWS_SECRET_ACCESS_KEY: 'test',
  }
  const timeoutMs = 20_000
  const access = awsAccess(environment, { timeoutMs, isProcess: false })
  const place = { account: '111111111111', region: 'eu-central-1' }
  return { section: 'artifacts', ...place, putImagePerSecond: 10, timeoutMs, access }
}
