import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { GetAliasCommand } from '@aws-sdk/client-lambda'
import { findEnvironment } from '../../scripts/catalogue/environments.ts'
import type { HistoryAnswer } from '../../scripts/cli/answers/ledger/history.ts'
import { printHistory } from '../../scripts/cli/print-history.ts'
import { aliasNames, functionName } from '../../scripts/kinds/lambda/names.ts'
import type { Activity } from '../../scripts/ledger/history.ts'
import { parseTag, type ReleaseTag } from '../../scripts/names/release-tag.ts'
import { clientsFor } from '../emulator/clients.ts'
import { DemoFailed } from './demo-failed.ts'
import type { Scene } from './scene.ts'
import { commandLine, waybill } from './waybill.ts'

const minuteMs = 60_000
// A phase of 4 minutes and one of 2, 5 for each to be judged, and 30 for an interruption.
const deadlineMinutes = 47

/**
 * Tries a release again that was sent back, and kills the deploy while the release has its first share. Nobody runs it
 * again: the guardian of the environment ends it.
 */
export async function abandonRollout(scene: Scene, tag: string): Promise<void> {
  const { workspace, production, envOf, step, page } = scene
  const { service } = parseTag(tag) as ReleaseTag
  const desk = { clone: workspace.clone, env: envOf(production) }
  const place = { ENV: production, SERVICE: service }
  const resume = { ...place, REASON: 'once more' }
  await step(
    commandLine('resume', resume),
    () => waybill(workspace, desk, 'resume', resume),
    () => `deploys of ${service} are let through again`,
  )
  await step(
    commandLine('deploy', place),
    () => killInPhase(scene, service),
    share => `SIGKILL, while ${tag} has ${share} % of the requests`,
  )
  await step(
    `${deadlineMinutes} minutes pass, and nobody runs it again`,
    () => pass(scene, deadlineMinutes),
    says => `the guardian: ${says}`,
  )
  const { services } = await step(
    commandLine('history', place),
    () => waybill<HistoryAnswer>(workspace, desk, 'history', place),
    () => announced(scene),
  )
  page.line()
  for (const { activities } of services) printHistory(page, activities.slice(0, 1) as Activity[], new Date())
  page.line()
}

async function killInPhase(scene: Scene, service: ReleaseTag['service']): Promise<number> {
  const { workspace, production, environments, emulator, envOf } = scene
  const { account } = findEnvironment(environments, production)
  // What runs in another command's process does not look for profiles.
  const { AWS_PROFILE: _, ...address } = envOf(production)
  const env = { ...address, ...emulator.credentials({ account }) }
  const desk = join(import.meta.dirname, 'desk.ts')
  const words = ['deploy', `ENV=${production}`, `SERVICE=${service}`]
  const child = spawn(process.execPath, [desk, ...words], { cwd: workspace.clone, env })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
  const ended = new Promise<void>(resolve => child.once('close', () => resolve()))
  try {
    for (;;) {
      workspace.signal.throwIfAborted()
      const share = await shareIn(scene, service)
      if (share > 0) return share
      if (child.exitCode !== null) throw new DemoFailed('the deploy ended before its first phase', said)
      await sleep(50)
    }
  } finally {
    child.kill('SIGKILL')
    await ended
  }
}

/** The share of the requests that goes to the newer version, in percent. */
async function shareIn(
  { emulator, production, environments }: Scene,
  service: ReleaseTag['service'],
): Promise<number> {
  const { account, region } = findEnvironment(environments, production)
  const { lambda } = clientsFor(emulator, { env: emulator.credentials({ account }), region })
  const FunctionName = functionName({ environment: production, service }, {})
  const { live: Name } = aliasNames(production)
  const { RoutingConfig } = await lambda.send(new GetAliasCommand({ FunctionName, Name }))
  return 100 * (Object.values(RoutingConfig?.AdditionalVersionWeights ?? {})[0] ?? 0)
}

/** Lets time pass for all of AWS; returns what the guardian said about it. */
async function pass({ emulator }: Scene, minutes: number): Promise<string> {
  for (let left = minutes; left > 0; left--) {
    emulator.advanceClock(minuteMs)
    await emulator.settled()
  }
  const { answer } = emulator.serviceCalls().at(-1) ?? {}
  const { did, says = [] } = (answer ?? {}) as { did?: string; says?: string[] }
  if (did !== 'back') throw new DemoFailed(`the guardian did nothing: ${JSON.stringify(answer)}`)
  return says.join('; ')
}

function announced({ emulator }: Scene): string {
  const { subject = '' } = emulator.published().at(-1) ?? {}
  return `announced: "${subject}"`
}
