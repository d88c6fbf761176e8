import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { globMatcher } from '../../../scripts/base/glob.ts'
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

  it('is well below a megabyte, since the clients of the SDK are not in it', () => {
    expect(Buffer.byteLength(code)).toBeLessThan(500_000)
    expect(/import\(["'`]@aws-sdk\/client-lambda["'`]\)/.test(code)).toBe(true)
  })

  it('knows no way to what a guardian may not touch', () => {
    const rooms = new Set(modules.map(path => relative(join(root, 'scripts'), path).split('/')[0]))
    for (const room of ['artifacts', 'build', 'deploy', 'git', 'pin', 'promotion', 'release', 'terraform'])
      expect(rooms).not.toContain(room)
  })
})
