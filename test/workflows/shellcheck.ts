import { spawnSync } from 'node:child_process'

const program = 'shellcheck'

/** Whether shellcheck is on this machine; where no tool may be missing (REQUIRE_ALL_TOOLS=1), its absence is thrown. */
export const hasShellcheck = spawnSync(program, ['--version']).status === 0
if (!hasShellcheck && process.env.REQUIRE_ALL_TOOLS === '1') throw new Error('shellcheck is not installed')

/** The title of a test that needs it: where it is missing, the title says so. */
export const shellcheckTitle = hasShellcheck
  ? '%s passes shellcheck'
  : '%s is NOT looked at: shellcheck is not installed'

/** What shellcheck finds in a script of bash; nothing when all is well. */
export function shellcheck(script: string): string {
  const input = `set -eo pipefail\n${script}`
  return spawnSync(program, ['--shell=bash', '--severity=style', '-'], { input, encoding: 'utf8' }).stdout
}
