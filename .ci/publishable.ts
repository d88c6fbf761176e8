import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/*
 * `node .ci/publishable.ts v1.2.0` says why this checkout cannot be published under a tag, and exits with 1 then. What is
 * published cannot be taken back.
 */

/** What is wrong with publishing a version under a tag, one line each. */
export function faultsOf(
  tag: string,
  { version, changelog, isOnMain }: { version: string; changelog: string; isOnMain: boolean },
): string[] {
  const headings = changelog.split('\n').filter(line => line.startsWith('## '))
  return [
    ...(tag === `v${version}` ? [] : [`package.json has the version ${version}, and the tag is ${tag}`]),
    ...(headings[0] === `## ${version}` ? [] : [`CHANGELOG.md does not begin with ## ${version}`]),
    ...(isOnMain ? [] : ['the commit is not on main']),
  ]
}

function isAncestorOfMain(): boolean {
  try {
    execFileSync('git', ['merge-base', '--is-ancestor', 'HEAD', 'origin/main'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

if (import.meta.main) {
  const read = (file: string) => readFileSync(join(import.meta.dirname, '..', file), 'utf8')
  const { version } = JSON.parse(read('package.json')) as { version: string }
  const faults = faultsOf(process.argv[2] ?? '', {
    version,
    changelog: read('CHANGELOG.md'),
    isOnMain: isAncestorOfMain(),
  })
  for (const fault of faults) process.stderr.write(`${fault}\n`)
  process.exitCode = faults.length > 0 ? 1 : 0
}
