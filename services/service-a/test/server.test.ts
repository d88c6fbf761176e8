import { once } from 'node:events'
import type { Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { makeServer } from '../src/server.ts'

const PARCEL = {
  weightGrams: 1_200,
  lengthMillimetres: 300,
  widthMillimetres: 200,
  heightMillimetres: 100,
  zone: 'domestic',
}

let server: Server
let port: number
let url: string

beforeEach(async () => {
  server = makeServer({ release: 'service-a-v1.1.0', commit: 'c0ffee' })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
  url = `http://127.0.0.1:${port}`
})

afterEach(() => {
  server.closeAllConnections()
  server.close()
})

function post(body: string, type = 'application/json'): Promise<Response> {
  return fetch(`${url}/quotes`, { method: 'POST', body, headers: { 'Content-Type': type } })
}

describe('GET /health', () => {
  test('answers the release and commit that it was given', async () => {
    const response = await fetch(`${url}/health?probe=1`)
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({
      status: 'ok',
      service: 'service-a',
      release: 'service-a-v1.1.0',
      commit: 'c0ffee',
    })
  })

  test('answers HEAD without a body', async () => {
    const response = await fetch(`${url}/health`, { method: 'HEAD' })
    expect(response.status).toBe(200)
    expect(await response.text()).toBe('')
  })
})

describe('POST /quotes', () => {
  test('answers the price', async () => {
    const response = await post(JSON.stringify(PARCEL), 'application/json; charset=utf-8')
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({ currency: 'EUR', amountCents: 510, billableGrams: 1_200 })
  })

  test('names what is wrong with the parcel', async () => {
    const response = await post(JSON.stringify({ ...PARCEL, zone: 'moon' }))
    expect(response.status).toBe(400)
    expect(await response.json()).toEqual({
      error: 'the parcel is not valid',
      details: ['zone must be one of domestic, neighbour, world'],
    })
  })

  test('refuses what is no JSON', async () => {
    const response = await post('{"weight')
    expect(response.status).toBe(400)
    expect(await response.json()).toEqual({ error: 'the body is not valid JSON' })
  })

  test('refuses another content type', async () => {
    expect((await post('weight=1', 'application/x-www-form-urlencoded')).status).toBe(415)
  })

  test('refuses a large body whose length is announced', async () => {
    expect((await post(JSON.stringify('x'.repeat(16 * 1024)))).status).toBe(413)
  })

  test('refuses a large body that comes in pieces', async () => {
    const body = new ReadableStream({
      pull: controller => controller.enqueue(new Uint8Array(8 * 1024)),
    })
    const headers = { 'Content-Type': 'application/json' }
    const response = await fetch(`${url}/quotes`, { method: 'POST', body, headers, duplex: 'half' })
    expect(response.status).toBe(413)
  })
})

describe('what is not there', () => {
  test('an unknown path is a 404 in JSON', async () => {
    const response = await fetch(`${url}/toString`)
    expect(response.status).toBe(404)
    expect(await response.json()).toEqual({ error: 'there is nothing at /toString' })
  })

  test.each([
    ['/quotes', 'GET', 'POST'],
    ['/health', 'DELETE', 'GET, HEAD'],
  ])('%s refuses %s and says what it takes', async (path, method, allowed) => {
    const response = await fetch(`${url}${path}`, { method })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe(allowed)
    expect(await response.json()).toHaveProperty('error')
  })
})

test('closing finishes the request that runs, then closes its connection', async () => {
  const body = JSON.stringify(PARCEL)
  const socket = connect(port, '127.0.0.1')
  const answer = socket.setEncoding('utf8').toArray()
  const arrived = once(server, 'request')
  socket.write(
    `POST /quotes HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
  )
  await arrived
  const closed = new Promise(resolve => server.close(resolve))
  await expect(fetch(`${url}/health`)).rejects.toThrow()
  socket.write(body)
  expect((await answer).join('')).toMatch(/^HTTP\/1\.1 200 OK.*"amountCents":510/s)
  await closed
})
