import type { Clock } from '../../scripts/base/clock.ts'
import { exitCodes } from '../../scripts/base/user-error.ts'
import { findEnvironment } from '../../scripts/catalogue/environments.ts'
import { systemClock } from '../../scripts/cli/io/clock.ts'
import { aliasNames, functionName } from '../../scripts/kinds/lambda/names.ts'
import { parseTag, type ReleaseTag } from '../../scripts/names/release-tag.ts'
import type { ServiceName } from '../../scripts/names/service-name.ts'
import { runInProcess } from '../support/in-process.ts'
import { DemoFailed } from './demo-failed.ts'
import type { Scene } from './scene.ts'
import { type Minute, visitorsOf } from './visitors.ts'
import { commandLine, type Options, waybill } from './waybill.ts'

/** Brings releases of a function to production in phases, while its users send requests. */
export type Watching = {
  /** Pins and deploys the first release, which has all traffic at once. */
  first(tag: string): Promise<void>
  /** Pins and deploys a release, and shows what its users saw; fails unless it ends as it should. */
  deploy(tag: string, end: 'is verified' | 'is sent back'): Promise<void>
  /** Pins what runs again. */
  giveUp(): Promise<void>
}

// Enough for a full sample in the first phase.
const perMinute = 64

/** Brings the releases of a function to production, where its users are. */
export function watchingOf(scene: Scene, service: ServiceName): Watching {
  const { production, environments, emulator } = scene
  const { account, region } = findEnvironment(environments, production)
  const { live } = aliasNames(production)
  const alias = `${functionName({ environment: production, service }, {})}:${live}`
  const visitors = visitorsOf(emulator, { account, region, alias, perMinute })
  const releases: string[] = []
  return {
    async first(tag) {
      releases.push(tag)
      await deployFirst(scene, tag)
    },
    async deploy(tag, end) {
      releases.push(tag)
      await pin(scene, tag)
      await roll(scene, tag, end, visitors.clock)
      await printMinutes(scene, visitors.take(), releases.slice(-2), end)
      if (end === 'is sent back') releases.pop()
    },
    giveUp: () => giveUp(scene, releases.at(-1) ?? ''),
  }
}

/** Pins and deploys the first release of a service in production. */
export async function deployFirst(scene: Scene, tag: string): Promise<void> {
  await pin(scene, tag)
  await roll(scene, tag, 'is verified', systemClock)
}

async function pin({ workspace, production, envOf, step }: Scene, TAG: string): Promise<void> {
  const desk = { clone: workspace.clone, env: envOf(production) }
  const options = { ENV: production, TAG }
  const work = async () => {
    await workspace.git(['pull', '--quiet', '--rebase'])
    await waybill(workspace, desk, 'pin', options)
    await workspace.git(['pull', '--quiet', '--rebase'])
  }
  await step(commandLine('pin', options), work, () => 'pinned')
}

async function roll(
  { workspace, production, environments, emulator, envOf, step }: Scene,
  tag: string,
  end: 'is verified' | 'is sent back',
  clock: Clock,
): Promise<void> {
  const { service } = parseTag(tag) as ReleaseTag
  const options: Options = { ENV: production, SERVICE: service }
  const words = { ...options, JSON: '1' }
  const code = end === 'is verified' ? exitCodes.done : exitCodes.rolledBack
  const { account } = findEnvironment(environments, production)
  // What runs in this process does not look for profiles.
  const { AWS_PROFILE: _, ...address } = envOf(production)
  const env = { ...address, ...emulator.credentials({ account }) }
  const begin = emulator.now()
  // In this process, since only so can time pass faster for the command than for whoever watches the demo.
  const work = () =>
    runInProcess('deploy', {
      cwd: workspace.clone,
      env,
      words: Object.entries(words).map(([name, value]) => `${name}=${value}`),
      ask: async () => production,
      clock,
    })
  await step(commandLine('deploy', options), work, outcome => {
    if (outcome.code !== code)
      throw new DemoFailed(`the deploy ended with ${outcome.code}: ${outcome.stdout}${outcome.stderr}`)
    const minutes = Math.round((emulator.now() - begin) / 60_000)
    const { errors } = JSON.parse(outcome.stdout) as { errors?: { cause?: string }[] }
    return code === exitCodes.done
      ? `${tag} is verified${minutes > 0 ? ` after ${minutes} minutes` : ''}`
      : `exit code ${code} after ${minutes} minutes: ${errors?.[0]?.cause?.split('\n')[0]}`
  })
}

/** Pins what runs again. The rollout that went back holds the service, so nothing tries the bad release again. */
async function giveUp({ workspace, production, envOf, step }: Scene, tag: string): Promise<void> {
  const { service } = parseTag(tag) as ReleaseTag
  const desk = { clone: workspace.clone, env: envOf(production) }
  const options = { ENV: production, PREVIOUS: service }
  const work = async () => {
    await waybill(workspace, desk, 'pin', options)
    await workspace.git(['pull', '--quiet', '--rebase'])
  }
  await step(
    commandLine('pin', options),
    work,
    () => `${tag} runs, is pinned again, and held until make resume`,
  )
}

async function printMinutes(
  { page }: Scene,
  all: readonly Minute[],
  [before = '', after = '']: readonly string[],
  end: 'is verified' | 'is sent back',
): Promise<void> {
  // Versions are numbered as they were published; the newer one is the canary.
  const versions = [...new Set(all.flatMap(({ versions: seen }) => [...seen.keys()]))].toSorted(
    (a, b) => Number(a) - Number(b),
  )
  const [stable = '', canary = ''] = versions
  const rows = all.map(({ minute, versions: seen }) => [
    String(minute),
    ...[stable, canary].map(version => {
      const { requests, errors } = seen.get(version) ?? { requests: 0, errors: 0 }
      return `${requests}${errors > 0 ? `, ${errors} failed` : ''}`
    }),
  ])
  page.line()
  await page.table(['minute', `requests to ${before}`, `to ${after}`], rows)
  page.line()
  const failed = all.reduce((sum, { versions: seen }) => sum + (seen.get(stable)?.errors ?? 0), 0)
  if (failed > 0) throw new DemoFailed(`${before} failed ${failed} requests`)
  const isSeen = all.some(({ versions: seen }) => (seen.get(canary)?.errors ?? 0) > 0)
  if (isSeen !== (end === 'is sent back'))
    throw new DemoFailed(`the errors of ${after} are not as they should be`)
}
