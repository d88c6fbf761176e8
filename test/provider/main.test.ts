import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const program = fileURLToPath(new URL('main.ts', import.meta.url))

async function start(endpoint: string, until: string) {
  const env = { PATH: process.env.PATH, AWS_ENDPOINT_URL: endpoint }
  const child = spawn(process.execPath, [program], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const output = { text: '' }
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (output.text += chunk))
  const ended = once(child, 'close')
  while (!output.text.includes(until)) await once(child.stdout, 'data')
  return { child, ended, output }
}

it('prints what to export and exits with 0', async () => {
  const { child, ended, output } = await start('http://127.0.0.1:4599', 'Ctrl-C')
  const [, exported = ''] = /^export TF_REATTACH_PROVIDERS='(.*)'$/m.exec(output.text) ?? []
  expect(JSON.parse(exported)).toMatchObject({
    'registry.terraform.io/hashicorp/aws': { Protocol: 'grpc', ProtocolVersion: 5, Pid: child.pid },
  })
  child.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
})

it('says what it needs without the endpoint of AWS', async () => {
  const { ended, output } = await start('', '')
  expect(await ended).toEqual([2, null])
  expect(output.text).toContain('AWS_ENDPOINT_URL must be')
})
