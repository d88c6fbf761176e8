import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { connectS3, type S3 } from '../../../../scripts/aws/io/s3.ts'
import { isListedAs } from '../../../../scripts/aws/io/s3-listings.ts'
import { UserError } from '../../../../scripts/base/user-error.ts'
import { systemClock } from '../../../../scripts/cli/io/clock.ts'
import { settingsOf } from '../../../support/aws-settings.ts'

/** A bucket whose lists all have that in them. */
async function bucketThatLists(page: string): Promise<S3> {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/xml')
    response.end(`<ListBucketResult>${page}</ListBucketResult>`)
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close().closeAllConnections())
  await once(server, 'listening')
  const env = {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  }
  return await connectS3(settingsOf({ env }), 'ledgers', systemClock)
}

it('takes an empty page for the end of a list only if it says so', async () => {
  const whole = await bucketThatLists('<KeyCount>0</KeyCount><IsTruncated>false</IsTruncated>')
  expect(await whole.first('ledger/')).toMatchObject({ key: undefined, next: undefined })
  const cut = await bucketThatLists('<KeyCount>0</KeyCount><IsTruncated>true</IsTruncated>')
  await expect(cut.first('ledger/')).rejects.toBeInstanceOf(UserError)
})

it('knows the first key without the one after it', async () => {
  const key = '<Contents><Key>ledger/a</Key></Contents>'
  const one = await bucketThatLists(`<KeyCount>1</KeyCount><IsTruncated>true</IsTruncated>${key}`)
  expect(await one.first('ledger/')).toMatchObject({ key: 'ledger/a', next: undefined })
})

// `printf waybill | md5sum`
const etag = '"c711cbb91e6cc2eb30082055a02be168"'
it.each([
  ['the same text', { etag, size: 7 }, true],
  ['another length', { etag, size: 8 }, false],
  ['another text', { etag: etag.replace(/[0-9]/, 'x'), size: 7 }, false],
  ['an object that came in parts', { etag: etag.replace(/"$/, '-1"'), size: 7 }, false],
  ['a listing without an ETag', { etag: '', size: 7 }, false],
])('%s', (_, listed, expected) => {
  expect(isListedAs({ key: 'a', ...listed }, 'waybill')).toBe(expected)
})
