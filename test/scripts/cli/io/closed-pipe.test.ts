import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { bareEnvironment, projectRoot, run } from '../../../support/run.ts'

it('a reader that has gone, as in `make plan | head`, does not end a command in the middle', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-pipe-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  // The command begins once the reader has closed its end, of which it tells through a named pipe.
  const script = `mkfifo gone
    { cat gone; "$0" "$1" --help; echo "ended with $?" >&2; } | { exec <&-; : >gone; }`
  const command = join(projectRoot, 'scripts', 'deploy.ts')
  const { stderr } = await run('sh', ['-c', script, process.execPath, command], {
    cwd: folder,
    env: bareEnvironment(folder),
  })
  expect(stderr).toBe('ended with 0\n')
})
