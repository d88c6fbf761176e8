import { tmpdir } from 'node:os'
import { bareEnvironment, run } from '../support/run.ts'

/** What a program prints, or undefined where it is not there or fails. */
export async function runAsText(program: string, args: readonly string[]): Promise<string | undefined> {
  const { code, stdout } = await run(program, args, {
    cwd: tmpdir(),
    env: { ...bareEnvironment(tmpdir()), CHECKPOINT_DISABLE: '1' },
  })
  return code === 0 ? stdout.trim() : undefined
}
