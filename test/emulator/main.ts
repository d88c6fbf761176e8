import { type Attempt, attemptAsync } from '../../scripts/base/attempt.ts'
import type { Environments } from '../../scripts/catalogue/environments.ts'
import { readEnvironments } from '../../scripts/catalogue/io/work-tree.ts'
import { makeSurroundings } from '../support/surroundings.ts'
import { type Emulator, startEmulator } from './emulator.ts'
import type { LoggedRequest } from './pipeline/request-log.ts'

const defaultPort = 4599
const ownPlace = { account: '111111111111', region: 'us-east-1' }

/** Runs the emulator in the foreground until it is interrupted. */
async function main(): Promise<number> {
  const port = readPort(process.env.PORT)
  if (port === undefined) {
    process.stderr.write(
      `PORT must be a number from 0 (any free port) to 65535, not '${process.env.PORT}'.\n`,
    )
    return 2
  }
  const ended = new Promise<void>(resolve => {
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
  })
  const file = await attemptAsync(() => readEnvironments(process.cwd()))
  // What it prints to paste belongs to the account of the artifacts.
  const { account, region } = 'error' in file ? ownPlace : file.value.artifacts
  const options = { account, region, port, onRequest: logRequest, taskProcesses: process.env.TASKS === '1' }
  const emulator = await startEmulator(options).catch((cause: NodeJS.ErrnoException) => cause)
  if (emulator instanceof Error) {
    process.stderr.write(portMessage(port, emulator))
    return 2
  }
  process.stdout.write(banner(emulator, furnish(emulator, file)))
  await ended
  await emulator.close()
  process.stderr.write('Emulator stopped; everything in it is gone.\n')
  return 0
}

/** Makes what the environments of this repository name and Waybill does not create, and says for which of them. */
function furnish(emulator: Emulator, file: Attempt<Environments>): string {
  if ('error' in file) return `It is empty, since ${file.error.message}.`
  const { environments } = file.value
  makeSurroundings(emulator, Object.values(environments))
  const keys = Object.entries(environments).map(([name, { account }]) => {
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = emulator.credentials({ account })
    return `AWS_ACCESS_KEY_ID=${AWS_ACCESS_KEY_ID} AWS_SECRET_ACCESS_KEY=${AWS_SECRET_ACCESS_KEY} make doctor ENV=${name}`
  })
  return [
    'It has the clusters, networks and listeners of cdktf/environments.json. To look at them:',
    ...keys,
  ].join('\n#   ')
}

function readPort(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return defaultPort
  const port = Number(text)
  return /^\d+$/.test(text) && port <= 65535 ? port : undefined
}

function portMessage(port: number, cause: NodeJS.ErrnoException): string {
  if (cause.code !== 'EADDRINUSE') return `The emulator cannot listen on port ${port}: ${cause.message}\n`
  return `Port ${port} is in use, perhaps by another emulator. Stop that, or choose another: PORT=0 takes any free port.\n`
}

function banner({ url, env }: Emulator, content: string): string {
  const exports = Object.entries(env).map(([name, value]) => `export ${name}=${value}`)
  return [
    `# A local stand-in for ECR, S3, Lambda, ECS, CloudWatch, EventBridge's rules and schedules, IAM and STS at ${url}.`,
    '# Of EC2 it has what describes networks. Load balancers are made for it; their rules and target groups can change.',
    `# A listener takes real requests once it is opened: curl -d '{"arn":"…"}' ${url}/_emulator/listeners`,
    '# With TASKS=1 the tasks of ECS services run as processes; otherwise they are only records.',
    '# It is not AWS: functions run on this machine, state is in memory, signatures are not verified.',
    '# Paste this into another shell:',
    ...exports,
    'unset AWS_PROFILE AWS_MAX_ATTEMPTS',
    `# ${content}`,
    `# Its requests: curl ${url}/_emulator/requests   End it: Ctrl-C`,
    '',
  ].join('\n')
}

function logRequest(entry: LoggedRequest): void {
  const status = entry.status === 0 ? 'cut' : String(entry.status)
  const notes = [entry.errorCode, entry.fault && `fault=${entry.fault}`].filter(Boolean).join(' ')
  const sizes = `${entry.requestBytes}B in, ${entry.responseBytes}B out, ${entry.durationMs.toFixed(1)} ms`
  const line = `${status} ${entry.service} ${entry.operation} ${entry.resource} (${sizes}) ${notes}`.trimEnd()
  process.stderr.write(`${line.replace(/[^\x20-\x7e]/g, '?')}\n`)
}

process.exitCode = await main()
