import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { App, TerraformStack } from '../../cdktf/cdk.ts'
import { projectRoot, run } from '../support/run.ts'

it('a synth loads nothing that writes archives', async () => {
  const code = `await import('./cdktf/synthesize.ts')
    const { cache } = (await import('node:module')).createRequire(import.meta.url)
    console.log(Object.keys(cache).filter(path => /archive|lodash|glob/.test(path.split('node_modules').at(-1))).length)`
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', code], {
    cwd: projectRoot,
    env: {},
  })
  // The place that is taken.
  expect(stdout).toBe('1\n')
})

it('an extension can have an archive made', async () => {
  const { AssetType, TerraformAsset } = await import('cdktf')
  const folder = mkdtempSync(join(tmpdir(), 'waybill-archive-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'pages')
  mkdirSync(path)
  writeFileSync(join(path, 'page.txt'), 'hello')
  const outdir = join(folder, 'out')
  const app = new App({ outdir })
  new TerraformAsset(new TerraformStack(app, 'stack'), 'pages', { path, type: AssetType.ARCHIVE })
  app.synth()
  const written = readdirSync(outdir, { recursive: true }).map(String)
  expect(written).toContainEqual(expect.stringMatching(/archive\.zip$/))
})
