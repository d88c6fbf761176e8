import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { deployEnvironments } from '../../../support/deploy.ts'
import { putObject, zipRecord } from '../../../support/releases.ts'
import { makeWorld, type World, writeFiles, zipService } from '../../../support/world.ts'

const log = (world: World) => join(world.folder, 'started')

/**
 * Environment variables with which every terraform that is asked for more than its version, and every synth that has its
 * input, writes a line to a log.
 */
async function watched(world: World): Promise<Record<string, string>> {
  const bin = join(world.folder, 'bin')
  const program = `#!/bin/sh\n[ "$1" = version ] || echo terraform >>'${log(world)}'\necho '{"terraform_version":"1.11.4"}'\n`
  await writeFiles(bin, { terraform: program })
  const hook = join(world.folder, 'hook.mjs')
  const code = `import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
const { readFileSync } = fs
fs.readFileSync = (file, ...more) => {
  const read = readFileSync(file, ...more)
  if (file === 0 && read.length > 0) fs.appendFileSync(${JSON.stringify(log(world))}, 'synth\\n')
  return read
}
syncBuiltinESMExports()\n`
  await mkdir(bin, { recursive: true })
  await writeFile(hook, code)
  return { PATH: `${bin}:${world.env.PATH}`, NODE_OPTIONS: `--import=${hook}` }
}

it('a pin of a service that is gone names the command that takes it down', async () => {
  const world = await makeWorld({
    files: { ...zipService('service-b'), 'cdktf/environments.json': JSON.stringify(deployEnvironments) },
  })
  const commit = await world.git(['rev-parse', 'HEAD'])
  const pin = { tag: 'service-c-v1.0.0', commit, sha256: 'a'.repeat(64) }
  await world.commit({ 'cdktf/pins/staging/service-c.json': JSON.stringify(pin) })
  const { code, stderr } = await world.waybill('plan', { ENV: 'staging', SERVICE: 'c' })
  expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('pin-orphaned') })
  expect(stderr).toContain('make destroy ENV=staging SERVICE=service-c')
  expect(stderr).toContain('remove cdktf/pins/staging/service-c.json')
})

it('an early refusal neither starts Terraform nor synthesizes', async () => {
  const world = await makeWorld({
    files: { ...zipService('service-b'), 'cdktf/environments.json': JSON.stringify(deployEnvironments) },
  })
  const env = await watched(world)
  const commit = await world.git(['rev-parse', 'HEAD'])
  const tag = 'service-b-v1.0.0'
  const hash = createHash('sha256').update('a zip')
  const sha256 = hash.copy().digest('hex')
  await world.commit({ 'cdktf/pins/staging/service-b.json': JSON.stringify({ tag, commit, sha256 }) })
  const foreign = world.emulator.credentials({ account: '999999999999' })
  const refused: [string, Record<string, string>, Record<string, string>?][] = [
    ['deploy', { ENV: 'staging', UNLOCK: 'x' }],
    ['deploy', { ENV: 'nowhere' }],
    ['deploy', { ENV: 'staging', SERVICE: 'nothing' }],
    ['plan', { ENV: 'staging', SERVICE: 'nothing' }],
    ['plan', { ENV: 'prod', OUT: 'plan' }],
    ['destroy', { ENV: 'nowhere', SERVICE: 'b' }],
    ['plan', { ENV: 'staging' }, foreign],
    ['deploy', { ENV: 'staging' }, { WAYBILL_LOCK_TIMEOUT: 'long' }],
  ]
  for (const [command, options, more] of refused) {
    const { code, stderr } = await world.waybill(command, options, { env: { ...env, ...more } })
    expect([command, options, code, stderr]).toEqual([command, options, 2, stderr])
    expect(await readFile(log(world), 'utf8').catch(() => '')).toBe('')
  }
  // Without a refusal the same log does show both.
  await putObject(world, `releases/${tag}.zip`, Buffer.from('a zip'), hash.digest('base64'))
  await putObject(world, `releases/${tag}.json`, zipRecord(tag, { tagObject: commit, commit, sha256 }))
  expect(await world.waybill('plan', { ENV: 'staging' }, { env })).toMatchObject({ code: 0 })
  expect((await readFile(log(world), 'utf8')).split('\n')).toEqual(
    expect.arrayContaining(['terraform', 'synth']),
  )
})
