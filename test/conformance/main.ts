import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { exitCodes, UserError } from '../../scripts/base/user-error.ts'
import { printError } from '../../scripts/cli/print-error.ts'
import { reporter } from '../../scripts/cli/reporter.ts'
import type { Endpoint } from './endpoint.ts'
import { parseEndpoint } from './endpoint.ts'
import { conformanceErrors } from './errors.ts'
import { requireConfirmation } from './identify.ts'
import { newRun } from './names.ts'
import { settingsEnv } from './settings.ts'
import type { Target } from './target.ts'
import { openTarget } from './target.ts'

const report = reporter(process.stdout)
const root = join(import.meta.dirname, '..', '..')

/** Says what will be tested, tests it, and deletes what is left, whatever became of the tests. */
async function main(): Promise<number> {
  const endpoint = parseEndpoint(process.env.ENDPOINT)
  if (endpoint.kind === 'emulator') {
    report.line('The expectations against the emulator, which the suite starts for itself.\n')
    return await runTests({})
  }
  refuseOtherEndpoint(endpoint)
  const run = newRun()
  const target = await openTarget({ endpoint, run, env: process.env })
  if (endpoint.kind === 'aws') requireConfirmation(target, target.region, process.env.CONFIRM)
  for (const line of preamble(target)) report.line(line)
  try {
    return await runTests(settingsEnv(endpoint, run, target.account))
  } finally {
    // The tests clean up themselves, unless their process died.
    await target.close()
    report.line(`Nothing named ${target.names.prefix}* is left.`)
  }
}

function refuseOtherEndpoint({ kind }: Endpoint): void {
  const set = Object.keys(process.env).find(name => /^AWS_ENDPOINT_URL/.test(name) && process.env[name])
  if (kind !== 'aws' || set === undefined) return
  throw new UserError(
    conformanceErrors['conformance-endpoint'],
    `ENDPOINT=aws means AWS itself, but ${set} is set`,
    { remedy: `unset ${set}` },
  )
}

function preamble({ account, arn, label, names, region, unserved }: Target): string[] {
  const { buckets, repositories } = names
  return [
    `target    ${label}`,
    `account   ${account}, as ${arn}`,
    `region    ${region}`,
    `makes     up to ${Object.keys(buckets).length} buckets and ${Object.keys(repositories).length} repositories, a cluster with services, a function with`,
    `          its role, a rule, schedules with theirs, alarms, topics and a secret, all named ${names.prefix}*, and deletes them`,
    ...Object.values(unserved).map(reason => `skipped   ${reason}`),
    '',
  ]
}

async function runTests(env: Record<string, string>): Promise<number> {
  const vitest = join(dirname(fileURLToPath(import.meta.resolve('vitest/package.json'))), 'vitest.mjs')
  const tests = join('test', 'conformance', 'conformance.test.ts')
  const args = [vitest, 'run', '--project', 'integration', '--reporter', 'verbose', tests]
  const child = spawn(process.execPath, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  })
  // Ctrl-C reaches the tests too, which end and clean up; this process waits, to see to what they leave.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  const [code] = (await once(child, 'close')) as [number | null]
  // After a signal a test's last call may still be on its way, and make something.
  if (code === null || code > 1) await sleep(2000)
  return code ?? exitCodes.bug
}

try {
  process.exitCode = await main()
} catch (error) {
  printError(error, reporter(process.stderr))
  process.exitCode = error instanceof UserError ? exitCodes[error.ending] : exitCodes.bug
}
