import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { bareEnvironment, projectRoot, run } from '../../../support/run.ts'

it('a reader that has gone, as in `make plan | head`, does not end a command in the middle', async () => {
  const script = '{ sleep 0.3; "$0" "$1" --help; echo "ended with $?" >&2; } | true'
  const command = join(projectRoot, 'scripts', 'deploy.ts')
  const { stderr } = await run('sh', ['-c', script, process.execPath, command], {
    cwd: projectRoot,
    env: bareEnvironment(tmpdir()),
  })
  expect(stderr).toBe('ended with 0\n')
})
