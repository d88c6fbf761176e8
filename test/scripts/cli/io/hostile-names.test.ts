import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { afterSuite } from '../../../support/cleanup.ts'
import { projectRoot, run } from '../../../support/run.ts'
import type { World } from '../../../support/world.ts'
import { fails, type Run, readyWorld } from './bad-input.ts'

describe('a hostile name', () => {
  const onFinished = afterSuite()
  let world: World
  beforeAll(async () => {
    world = await readyWorld(onFinished)
  })
  afterAll(async () => {
    await expect(access(join(world.clone, 'pwned'))).rejects.toThrow()
  })

  describe.concurrent('is refused, shown only escaped, and never run', () => {
    it.for<[string, string]>([
      ['$(…)', 'service-a-$(touch pwned)-v1.0.0'],
      ['quotes', `service-a-v1.0.0'"; touch pwned; echo "`],
      ['backticks', 'service-a-v1.0.0`touch pwned`'],
      ['an option of git', '--upload-pack=touch pwned'],
      ['a right-to-left mark', 'service-a-v1.0.0\u202e0.0.9v'],
      ['a zero-width space', 'service-a\u200b-v1.0.0'],
      ['a byte order mark', '\ufeffservice-a-v1.0.0'],
      ['a line break', 'service-a-v1.0.0\n'],
      ['an escape sequence', 'service-a-v1.0.0\u001b[2K'],
      ['digits of another script', 'service-a-v\uff11.0.0'],
      ['a path', '../../service-a-v1.0.0'],
    ])('with %s', async ([, name]) => {
      const runs: Run[] = [
        ['promote', { TAG: `service-a-v1.0.0,${name}` }],
        ['pin', { ENV: name, TAG: name }],
        ['release', { SERVICE: name, VERSION: name, WAIT: name }],
        ['release', { SERVICE: 'a', VERSION: '1.1.0', COMMIT: name }],
      ]
      for (const attempt of runs) {
        const { stderr } = await fails(world, attempt, 2)
        expect(stderr).toMatch(/is not an? |names no commit/)
      }
    })
  })

  it('as a word on the command line is shown only escaped', async () => {
    const script = join(projectRoot, 'scripts', 'promote.ts')
    for (const word of ['TAG\u202e=x', '\u001b]0;x\u0007', '--force']) {
      const outcome = await run(process.execPath, [script, word], { cwd: world.clone, env: world.env })
      expect(outcome).toMatchObject({ code: 2, stderr: expect.stringContaining('It takes TAG=') })
      expect(outcome.stderr).toMatch(/^[\x20-\x7e\n\u2026\u2716]*$/)
    }
  })

  describe.concurrent('or value that is wrong', () => {
    it.for<[string, Run, string]>([
      ['no version of three numbers', ['release', { SERVICE: 'a', VERSION: '1.1' }], 'use all three numbers'],
      ['a leading zero', ['release', { SERVICE: 'a', VERSION: '01.1.0' }], 'must not begin with 0'],
      ['a v', ['release', { SERVICE: 'a', VERSION: 'v1.1.0' }], 'leave out the v'],
      ['build metadata', ['release', { SERVICE: 'a', VERSION: '1.1.0+build' }], 'build metadata'],
      ['nothing', ['release', {}], 'SERVICE is missing\n  VERSION is missing'],
      [
        'an unknown service',
        ['release', { SERVICE: 'nope', VERSION: '1.1.0' }],
        'there is no service nope at',
      ],
      [
        'some unknown services',
        ['release', { SERVICE: 'no,nay', VERSION: '1.1.0' }],
        'there is no service nay at',
      ],
      [
        'a service that is not here to build',
        ['build', { SERVICE: 'nope' }],
        'There are: service-a, service-b',
      ],
      ['a tag that nobody made', ['promote', { TAG: 'service-a-v9.0.0' }], 'has no tag service-a-v9.0.0'],
      ['an environment that is not there', ['pin', { ENV: 'dev', TAG: 'service-a-v1.0.0' }], 'staging, prod'],
      ['a flag', ['promote', { TAG: 'service-a-v1.0.0', DRY_RUN: 'maybe' }], 'DRY_RUN: must be 1 or 0'],
      ['a time', ['release', { SERVICE: 'a', VERSION: '1.1.0', WAIT: '10' }], 'use 90s, 10m or 1h30m'],
      [
        'a name that is too long',
        ['release', { SERVICE: 'a', VERSION: `1.0.0-${'x'.repeat(112)}` }],
        '128 characters',
      ],
    ])('%s', async ([, attempt, message]) => {
      expect((await fails(world, attempt, 2)).stderr).toContain(message)
    })
  })
})
