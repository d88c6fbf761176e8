import { execFile } from 'node:child_process'
import { join } from 'node:path'

/** How a program ended and what it printed. */
export type Outcome = { code: number; stdout: string; stderr: string }

/** The root of this repository. */
export const projectRoot = join(import.meta.dirname, '..', '..')

/** Runs a program to its end; its exit code is answered, never thrown. */
export function run(
  file: string,
  args: readonly string[],
  options: { cwd: string; env: Record<string, string>; timeout?: number },
): Promise<Outcome> {
  return new Promise(resolve => {
    const child = execFile(
      file,
      [...args],
      { ...options, maxBuffer: 64 * 1024 ** 2, timeout: options.timeout ?? 240_000 },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1
        resolve({ code, stdout, stderr })
      },
    )
    child.stdin?.end()
  })
}

/** An environment with nothing of this machine's but the path: no credentials, no git configuration, no home. */
export function bareEnvironment(home: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    HOME: home,
    TMPDIR: home,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: join(home, 'gitconfig'),
    NO_COLOR: '1',
    TZ: 'UTC',
    NODE_COMPILE_CACHE: join(projectRoot, 'node_modules', '.cache', 'node'),
    DOCKER_CONFIG: join(home, 'docker'),
  }
}
