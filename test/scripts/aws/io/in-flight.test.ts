import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { expect, it, onTestFinished } from 'vitest'
import { limitCalls } from '../../../../scripts/aws/io/in-flight.ts'

it('calls beyond the limit wait, each attempt of a call by itself', async () => {
  let active = 0
  let most = 0
  let answered = 0
  const server = createServer(async (_, response) => {
    most = Math.max(most, ++active)
    await new Promise(resolve => setTimeout(resolve, 5))
    active -= 1
    response.statusCode = ++answered === 1 ? 500 : 200
    response.end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const client = limitCalls(
    new S3Client({
      region: 'eu-central-1',
      endpoint: `http://127.0.0.1:${port}`,
      forcePathStyle: true,
      credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
    }),
    2,
  )
  onTestFinished(() => client.destroy())
  const names = Array.from({ length: 7 }, (_, index) => `bucket-${index}`)
  await Promise.all(names.map(Bucket => client.send(new HeadBucketCommand({ Bucket }))))
  expect({ most, answered }).toEqual({ most: 2, answered: 8 })
})
