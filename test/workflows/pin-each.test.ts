import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { bareEnvironment, projectRoot, run } from '../support/run.ts'

/* The step that pins a release in each environment: with programs that answer as make pin and GitHub's gh do. */

const pinProgram = `#!/bin/sh
echo "pin in $ENV"
case "$ENV" in
  refused) exit 3 ;;
  proposed) more=', "proposal": { "branch": "pin/proposed/a-v1.0.0" }' ;;
esac
echo '{ "pins": [{ "service": "a", "pin": { "tag": "a-v1.0.0" } }]'"$more"' }' >"$ANSWER"
`

const gh = (listed: string, code = 0) => `#!/bin/sh
echo "$@" >>"$RUNNER_TEMP/gh.log"
case "$2" in
  list) printf '${listed}' ;;
  create) echo https://github.test/pull/1 ;;
esac
exit ${code}
`

async function pinIn(environments: readonly string[], ghProgram = gh('')) {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-pin-each-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  for (const [name, text] of [
    ['pin', pinProgram],
    ['gh', ghProgram],
  ] as const) {
    await writeFile(join(folder, name), text)
    await chmod(join(folder, name), 0o755)
  }
  const bare = bareEnvironment(folder)
  const env = {
    ...bare,
    PATH: `${folder}:${bare.PATH}`,
    ENVIRONMENTS: JSON.stringify(environments),
    RUNNER_TEMP: folder,
    GITHUB_OUTPUT: join(folder, 'output'),
    GITHUB_STEP_SUMMARY: join(folder, 'summary'),
  }
  const program = join(projectRoot, '.github/scripts/pin-each.ts')
  const args = [program, '--base', 'trunk', join(folder, 'pin')]
  const { code, stdout } = await run(process.execPath, args, { cwd: folder, env })
  const text = (name: string) => readFile(join(folder, name), 'utf8').catch(() => '')
  return {
    code,
    stdout,
    outputs: await text('output'),
    summary: await text('summary'),
    asked: await text('gh.log'),
  }
}

it('pins in each environment, and says where it can be deployed', async () => {
  const { code, stdout, outputs, asked } = await pinIn(['dev', 'staging'])
  expect(code).toBe(0)
  expect(stdout).toBe('pin in dev\npin in staging\n')
  expect(outputs).toBe('service=a\nenvironments=["dev","staging"]\n')
  expect(asked).toBe('')
})

it('of which one that is refused stops no other, but fails the step', async () => {
  const { code, outputs } = await pinIn(['refused', 'staging'])
  expect(code).toBe(3)
  expect(outputs).toBe('service=a\nenvironments=["staging"]\n')
})

it('opens a pull request for a pin that waits on a branch, which cannot be deployed yet', async () => {
  const { code, outputs, summary, asked } = await pinIn(['proposed', 'staging'])
  expect(code).toBe(0)
  expect(outputs).toBe('service=a\nenvironments=["staging"]\n')
  expect(summary).toBe('https://github.test/pull/1\n')
  expect(asked).toMatch(
    /^pr create --head pin\/proposed\/a-v1\.0\.0 --base trunk --title Pin a-v1\.0\.0 in proposed /m,
  )
})

it('links to a pull request that is open already, and opens no other', async () => {
  const { summary, asked } = await pinIn(['proposed'], gh('https://github.test/pull/7'))
  expect(summary).toBe('https://github.test/pull/7\n')
  expect(asked).not.toContain('pr create')
})

it('fails where GitHub opens none, after the other environments', async () => {
  const { code, outputs, summary } = await pinIn(['proposed', 'staging'], gh('', 4))
  expect(code).toBe(4)
  expect(outputs).toBe('service=a\nenvironments=["staging"]\n')
  expect(summary).toBe('')
})
