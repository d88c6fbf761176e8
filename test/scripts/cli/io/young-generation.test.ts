import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'
import { bareEnvironment, projectRoot, run } from '../../../support/run.ts'

const file = pathToFileURL(join(projectRoot, 'scripts/cli/io/young-generation.ts')).href

it.each([
  ['grows with what lives for a while', '', false],
  ['stays as it is once a bulk command is loaded', 'await withYoungGeneration({ load() {} }).load()', true],
])("V8's young generation %s", async (_, before, isKept) => {
  const code = `
    import { getHeapSpaceStatistics } from 'node:v8'
    const { withYoungGeneration } = await import('${file}')
    const size = () => getHeapSpaceStatistics().find(space => space.space_name === 'new_space').space_size
    ${before}
    const first = size()
    let kept = []
    for (let index = 0; index < 1_000_000; index++) {
      if (kept.push({ index }) === 50_000) kept = []
    }
    console.log(JSON.stringify([first, size()]))`
  const { stdout, stderr } = await run(process.execPath, ['--input-type=module', '-e', code], {
    cwd: projectRoot,
    env: bareEnvironment(tmpdir()),
  })
  expect(stderr).toBe('')
  const [first = 0, last = 0] = JSON.parse(stdout) as number[]
  // Reserved memory may come in whole pairs of pages.
  expect(last <= first * 2).toBe(isKept)
})
