import { spawnSync } from 'node:child_process'
import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PinAnswer } from '../../scripts/cli/answers/pin.ts'

/*
 * Pins a release in each of the given environments, and opens a pull request for a pin that waits on a branch. If one is
 * refused, the others are pinned and the step fails. Outputs: the environments whose pin can be deployed, and the service.
 * ENVIRONMENTS='["staging"]' TAG=… node .github/scripts/pin-each.ts --base main .github/scripts/run.sh node scripts/pin.ts
 */

const { ENVIRONMENTS = '[]', RUNNER_TEMP = '', GITHUB_OUTPUT = '', GITHUB_STEP_SUMMARY = '' } = process.env
const [, base = '', ...command] = process.argv.slice(2)

type Pinned = { readonly code: number; readonly answer?: PinAnswer }

/** Runs the command for one environment; its output goes where that of this step goes. */
function pinIn(environment: string): Pinned {
  const [program = '', ...args] = command
  const file = join(RUNNER_TEMP, 'pinned.json')
  const env = { ...process.env, ENV: environment, ANSWER: file }
  const { status } = spawnSync(program, args, { env, stdio: 'inherit' })
  if (status !== 0) return { code: status ?? 1 }
  return { code: 0, answer: JSON.parse(readFileSync(file, 'utf8')) as PinAnswer }
}

/** Opens the pull request of a branch, unless it is open, and links to it in the summary. */
function propose(branch: string, title: string): void {
  const on = ['--head', branch, '--base', base]
  const listed = gh('list', ...on, '--state', 'open', '--json', 'url', '--jq', '.[].url')
  const body = 'Its commit says what was pinned before.'
  const url = listed || gh('create', ...on, '--title', title, '--body', body)
  if (url !== '') appendFileSync(GITHUB_STEP_SUMMARY, `${url}\n`)
}

/** What it printed; nothing if it failed, which fails the step. */
function gh(...args: string[]): string {
  const { status, stdout } = spawnSync('gh', ['pr', ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (status === 0) return stdout.trim()
  process.exitCode ||= status ?? 1
  return ''
}

const pinned: string[] = []
let service = ''
for (const environment of JSON.parse(ENVIRONMENTS) as string[]) {
  const { code, answer } = pinIn(environment)
  process.exitCode ||= code
  const [pin] = answer?.pins ?? []
  if (pin === undefined) continue
  service = pin.service
  const branch = answer?.proposal?.branch
  if (branch === undefined) pinned.push(environment)
  else propose(branch, `Pin ${pin.pin.tag} in ${environment}`)
}
appendFileSync(GITHUB_OUTPUT, `service=${service}\nenvironments=${JSON.stringify(pinned)}\n`)
