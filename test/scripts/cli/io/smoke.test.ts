import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { commands as allButSchemas } from '../../../../scripts/reference/io/commands.ts'
import { schemas } from '../../../../scripts/schemas.ts'
import { parseAnswer } from '../../../support/answers.ts'
import { afterSuite } from '../../../support/cleanup.ts'
import { projectRoot, run } from '../../../support/run.ts'
import { makeWorld, type World } from '../../../support/world.ts'

/*
 * The other tests run commands in their own process. Here each runs as make runs it, with the arguments, environment,
 * streams and exit code of a process.
 */

let world: World
const onFinished = afterSuite()
beforeAll(async () => {
  world = await makeWorld({ onFinished })
})

const commands = [...allButSchemas, schemas]

function start(name: string, words: string[], env: Record<string, string> = {}) {
  const script = join(projectRoot, 'scripts', `${name}.ts`)
  return run(process.execPath, [script, ...words], { cwd: world.folder, env: { ...world.env, ...env } })
}

describe.concurrent.each(commands)('$name as a process', ({ name, summary, reads }) => {
  it('prints its version', async () => {
    const { code, stdout, stderr } = await start(name, ['--version'])
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^waybill \d+\.\d+\.\d+\n$/)
  })

  it('prints its help', async () => {
    const { code, stdout, stderr } = await start(name, ['--help'])
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(new RegExp(`^(make|npx waybill) ${name}\\b`))
    expect(stdout.replace(/\s+/g, ' ')).toContain(summary)
  })

  it.runIf(reads.includes('WAYBILL_TIMEOUT_MS'))(
    'refuses a setting that would disable the timeout, in words and in JSON',
    async () => {
      const outcome = await start(name, ['JSON=1'], { WAYBILL_TIMEOUT_MS: '1s' })
      expect(outcome.code).toBe(2)
      expect(outcome.stderr).toContain('WAYBILL_TIMEOUT_MS: "1s" is not a number of milliseconds')
      expect(parseAnswer(name, outcome.stdout)).toMatchObject({
        error: { code: 'option-invalid', exitCode: 2 },
      })
    },
  )
})
