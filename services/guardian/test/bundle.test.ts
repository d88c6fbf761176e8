import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { globMatcher } from '../../../scripts/base/glob.ts'
import { functionZip } from '../../../test/emulator/sample-zip.ts'
import { bundle } from '../bundle.ts'

const folder = join(import.meta.dirname, '..')
const root = join(folder, '..', '..')
const { code, modules } = await bundle()

describe('the bundle', () => {
  it('has all that it is made of among its inputs, so that a change of it makes another build', () => {
    const own = modules.map(path => relative(root, path)).filter(path => /^(scripts|services)\//.test(path))
    const { inputs } = JSON.parse(readFileSync(join(folder, 'service.json'), 'utf8')) as { inputs: string[] }
    const isInput = globMatcher(inputs.filter(glob => !glob.startsWith('!')))
    expect(own.length).toBeGreaterThan(50)
    expect(own.filter(path => !isInput(path))).toEqual([])
  })

  it('knows no way to what a guardian may not touch', () => {
    const rooms = new Set(modules.map(path => relative(join(root, 'scripts'), path).split('/')[0]))
    for (const room of ['artifacts', 'build', 'deploy', 'git', 'pin', 'promotion', 'release', 'terraform'])
      expect(rooms).not.toContain(room)
  })
})

type FirstCall = {
  readonly ms: number
  readonly bytes: number
  readonly loaded: readonly string[]
  readonly answer: unknown
}

/** Runs the bundle in a process of its own, as a function that starts. */
function firstCall(): FirstCall {
  const place = mkdtempSync(join(tmpdir(), 'guardian-'))
  onTestFinished(() => rmSync(place, { recursive: true }))
  const file = join(place, 'index.mjs')
  writeFileSync(file, code)
  const guarded = { environment: 'staging', account: '111111111111', region: 'us-east-1' }
  const GUARDED = JSON.stringify({ ...guarded, ledger: 'ledgers', service: 'guardian', minutes: 30 })
  const program = join(import.meta.dirname, 'first-call.ts')
  const env = { GUARDED, HOME: place }
  const printed = execFileSync(process.execPath, [program, file], { env, encoding: 'utf8' })
  return JSON.parse(printed.trim().split('\n').at(-1) ?? '') as FirstCall
}

describe('the package', () => {
  it('is below a megabyte, since the clients of the SDK are not in it', () => {
    const zip = functionZip({ 'index.js': code, 'package.json': '{"type":"module"}' })
    expect(zip.length).toBeLessThan(1_000_000)
    expect(Buffer.byteLength(code)).toBeLessThan(400_000)
    expect(/import\(["'`]@aws-sdk\/client-lambda["'`]\)/.test(code)).toBe(true)
  })

  it('starts with the client of the ledger alone, in few modules', () => {
    const { ms, bytes, loaded, answer } = firstCall()
    process.stdout.write(`guardian: first answer after ${ms} ms, ${loaded.length} modules, ${bytes} bytes\n`)
    expect(answer).toMatchObject({ did: 'nothing' })
    const clients = loaded.flatMap(url => /\/@aws-sdk\/(client-[^/]+)\//.exec(url)?.[1] ?? [])
    expect([...new Set(clients)]).toEqual(['client-s3'])
    // What takes the time of a start: finding, reading and compiling what is loaded.
    expect(loaded.length).toBeLessThan(50)
    expect(bytes).toBeLessThan(2_000_000)
  })
})
