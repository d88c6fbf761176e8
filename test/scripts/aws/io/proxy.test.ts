import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { makeWorld } from '../../../support/world.ts'

/** Starts a proxy on loopback and answers its address and the URLs that it was asked for. */
async function startProxy(): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = []
  const server = createServer((message, response) => {
    asked.push(message.url ?? '')
    const { hostname, port, pathname, search } = new URL(message.url ?? '')
    const { method, headers } = message
    const onward = request({ hostname, port, path: `${pathname}${search}`, method, headers }, answer => {
      response.writeHead(answer.statusCode ?? 0, answer.headers)
      answer.pipe(response)
    })
    message.pipe(onward)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

it('AWS is asked through the proxy that the environment names, except where NO_PROXY names the host', async () => {
  const world = await makeWorld()
  const proxy = await startProxy()
  const { code, stderr } = await world.waybill('doctor', { HTTP_PROXY: proxy.url })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(proxy.asked.length).toBeGreaterThan(5)
  expect(proxy.asked.every(url => url.startsWith(world.emulator.url))).toBe(true)
  const before = proxy.asked.length
  const around = await world.waybill('doctor', { http_proxy: proxy.url, no_proxy: '127.0.0.1,localhost' })
  expect([around.code, proxy.asked.length]).toEqual([0, before])
})

it('a proxy that is not a URL is bad input', async () => {
  const world = await makeWorld()
  const { code, stdout } = await world.waybill('bootstrap', { HTTP_PROXY: 'proxy.example.com', JSON: '1' })
  expect([code, JSON.parse(stdout).error.code]).toEqual([2, 'aws-proxy'])
})
