import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { rolldown } from 'rolldown'
import { expect, it } from 'vitest'
import { globMatcher } from '../../../scripts/base/glob.ts'

const folder = join(import.meta.dirname, '..')
const root = join(folder, '..', '..')

it('has all that it is built from among its inputs, so that a change of it makes another build', async () => {
  const bundle = await rolldown({
    input: join(folder, 'src', 'index.ts'),
    platform: 'node',
    external: /^@aws-sdk\//,
    logLevel: 'silent',
  })
  const { output } = await bundle.generate({ codeSplitting: false })
  await bundle.close()
  const modules = output.flatMap(one => (one.type === 'chunk' ? Object.keys(one.modules) : []))
  const own = modules.map(path => relative(root, path)).filter(path => /^(scripts|services)\//.test(path))
  const { inputs } = JSON.parse(readFileSync(join(folder, 'service.json'), 'utf8')) as { inputs: string[] }
  const isInput = globMatcher(inputs.filter(glob => !glob.startsWith('!')))
  expect(own.length).toBeGreaterThan(50)
  expect(own.filter(path => !isInput(path))).toEqual([])
})
