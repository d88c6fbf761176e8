import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const started: ChildProcess[] = []

function start(env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  started.push(child)
  return child
}

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
})

test('says where it listens, answers, and ends with 0 on SIGTERM', async () => {
  const child = start({ PORT: '0', RELEASE: 'service-a-v1.1.0', COMMIT: 'c0ffee' })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const listening = JSON.parse((await lines.next()).value ?? '')
  expect(listening).toMatchObject({ message: 'listening', release: 'service-a-v1.1.0', commit: 'c0ffee' })
  const response = await fetch(`http://127.0.0.1:${listening.port}/health`)
  expect(await response.json()).toMatchObject({ status: 'ok', release: 'service-a-v1.1.0' })
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
})

test('a port that is none ends it with a message', async () => {
  const child = start({ PORT: 'http' })
  const [messages, [code]] = await Promise.all([
    child.stderr.setEncoding('utf8').toArray(),
    once(child, 'exit'),
  ])
  expect(messages.join('')).toBe('service-a: PORT must be a whole number from 0 to 65535, but it is "http"\n')
  expect(code).toBe(1)
})
