import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../support/run.ts'
import { openPlace } from './place.ts'
import type { Figure, Row, Side, Usage } from './row.ts'
import { type Line, linesOf, type Measured } from './statistics.ts'
import type { Version } from './versions.ts'

/** How a program is run: what it may end with, and whether to learn how much memory it needs, which costs it a little. */
export type Timed = {
  readonly cwd: string
  readonly env: Record<string, string>
  readonly codes?: readonly number[]
  readonly withPeak?: boolean
  /** In ms. */
  readonly timeout?: number
}

// bash measures the program and all that it waits for, to the millisecond, without its own start.
const script = 'TIMEFORMAT="%3R %3U %3S"; time "$@" >"$BENCH_OUT" 2>&1'
const onExit =
  "import{appendFileSync}from'node:fs';process.on('exit',()=>appendFileSync(process.env.BENCH_PEAK,process.resourceUsage().maxRSS+'\\n'))"

/** Runs a program to its end and says what it took; another exit code than expected is thrown with what it said. */
export async function timed(program: string, args: readonly string[], how: Timed): Promise<Usage> {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-timed-'))
  const out = join(folder, 'out')
  const peak = join(folder, 'peak')
  try {
    const env = { ...how.env, LC_ALL: 'C', BENCH_OUT: out, BENCH_PEAK: peak, ...(how.withPeak && watched()) }
    const { code, stderr } = await run('bash', ['--norc', '-c', script, 'timed', program, ...args], {
      cwd: how.cwd,
      env,
      timeout: how.timeout ?? 300_000,
    })
    if (!(how.codes ?? [0]).includes(code))
      throw new Error(`${program} ${args.join(' ')} ended with ${code}: ${await readFile(out, 'utf8')}`)
    const [wall = Number.NaN, user = Number.NaN, system = Number.NaN] = stderr
      .trim()
      .split(/\s+/)
      .slice(-3)
      .map(Number)
    const usage = { wallMs: wall * 1000, cpuMs: (user + system) * 1000 }
    return how.withPeak ? { ...usage, peakMb: await readPeak(peak) } : usage
  } finally {
    await rm(folder, { recursive: true })
  }
}

function watched(): Record<string, string> {
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(onExit)}` }
}

async function readPeak(file: string): Promise<number> {
  const kilobytes = (await readFile(file, 'utf8')).trim().split('\n').map(Number)
  return Math.max(...kilobytes) / 1024
}

/** A side that failed, and which the row went on without. */
type Failed = { readonly name: string; readonly error: unknown }

/** What became of a row: its lines, or why there are none. */
export type Outcome =
  | {
      readonly lines: readonly Line[]
      readonly missing: readonly string[]
      readonly failed: readonly Failed[]
    }
  | { readonly skipped: string }

/** Sets a row up and runs its sides in turn, so that what else the machine does meets all of them alike. */
export async function measure(row: Row, runs: number, versions: readonly Version[]): Promise<Outcome> {
  const place = await openPlace(versions)
  try {
    const lacking = []
    for (const program of row.needs ?? []) if (!(await place.has(program))) lacking.push(program)
    if (lacking.length > 0) return { skipped: `${lacking.join(' and ')} is not installed` }
    const counted = Math.min(runs, row.mostRuns ?? runs)
    const sides = await row.setup(place, counted)
    const { measured, failed } = await interleave(sides, counted, counted > 1)
    const figures = [...row.figures, ...besideEarlier(row.figures, versions)]
    const lines = linesOf({ ...row, figures }, measured)
    const named = row.figures.flatMap(({ against = [] }) => against)
    return { lines, missing: named.filter(name => sides.every(side => side.name !== name)), failed }
  } finally {
    await place.close()
  }
}

/** What a row measures, once more beside each earlier version. */
function besideEarlier(figures: readonly Figure[], [, ...earlier]: readonly Version[]): Figure[] {
  const units = [...new Set(figures.map(({ unit }) => unit))]
  return earlier.flatMap(({ name }) => units.map(unit => ({ unit, against: name })))
}

/**
 * Runs all sides in turn, `runs` times, and answers what each took; the first turn only warms up, where it is asked for. A
 * side that may fail always warms up, since nothing of it was compiled before, and runs no more once it has failed.
 */
export async function interleave(
  sides: readonly Side[],
  runs: number,
  warmsUp: boolean,
): Promise<{ readonly measured: readonly Measured[]; readonly failed: readonly Failed[] }> {
  let left = sides.map(side => ({ side, name: side.name, usages: [] as Usage[] }))
  const failed: Failed[] = []
  for (let nth = 0; nth <= runs; nth++) {
    for (const one of left) {
      const { side, name, usages } = one
      if (nth === 0 && !warmsUp && !side.isOptional) continue
      try {
        const usage = await side.run(nth)
        if (nth > 0) usages.push(usage)
      } catch (error) {
        if (!side.isOptional) throw error
        failed.push({ name, error })
        left = left.filter(other => other !== one)
      }
    }
  }
  return { measured: left, failed }
}
