import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, isAbsolute, join } from 'node:path'
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

// bash measures the program and all that it waits for, to the millisecond, without its own start. The subshell, which becomes
// the program, leaves its process id; without the braces it would be the one to measure, and say nothing.
const script =
  'TIMEFORMAT="%3R %3U %3S"; time { (echo "$BASHPID" >"$BENCH_PID"; exec "$@" >"$BENCH_OUT" 2>&1); }'
const onExit =
  "import{appendFileSync}from'node:fs';process.on('exit',()=>appendFileSync(process.env.BENCH_PEAK,process.resourceUsage().maxRSS+'\\n'))"

/** Runs a program to its end and says what it took; another exit code than expected is thrown with what it said. */
export async function timed(program: string, args: readonly string[], how: Timed): Promise<Usage> {
  const { codes = [0], timeout = 300_000 } = how
  // Without the folders of this machine, which say nothing on a page.
  const shown = [program, ...args].map(word => (isAbsolute(word) ? basename(word) : word)).join(' ')
  const folder = await mkdtemp(join(tmpdir(), 'waybill-timed-'))
  const out = join(folder, 'out')
  const peak = join(folder, 'peak')
  const pid = join(folder, 'pid')
  let isLate = false
  // Not bash, which would leave the program running beside what is measured next.
  const stop = setTimeout(() => {
    isLate = true
    process.kill(Number(readFileSync(pid, 'utf8')), 'SIGKILL')
  }, timeout)
  try {
    const files = { BENCH_OUT: out, BENCH_PEAK: peak, BENCH_PID: pid }
    const env = { ...how.env, LC_ALL: 'C', ...files, ...(how.withPeak && watched()) }
    const { code, stderr } = await run('bash', ['--norc', '-c', script, 'timed', program, ...args], {
      cwd: how.cwd,
      env,
      timeout: timeout + 10_000,
    })
    if (isLate) throw new Error(`${shown} was stopped after ${timeout / 1000} s`)
    if (!codes.includes(code)) throw new Error(`${shown} ended with ${code}: ${await readFile(out, 'utf8')}`)
    const [wall = Number.NaN, user = Number.NaN, system = Number.NaN] = stderr
      .trim()
      .split(/\s+/)
      .slice(-3)
      .map(Number)
    const usage = { wallMs: wall * 1000, cpuMs: (user + system) * 1000 }
    return how.withPeak ? { ...usage, peakMb: await readPeak(peak) } : usage
  } finally {
    clearTimeout(stop)
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
    // What nobody has started before still has to be compiled.
    const warmsUp = counted > 1 || sides.some(({ isOptional }) => isOptional)
    const { measured, failed } = await interleave(sides, counted, warmsUp)
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
 * side that may fail runs no more once it has.
 */
export async function interleave(
  sides: readonly Side[],
  runs: number,
  warmsUp: boolean,
): Promise<{ readonly measured: readonly Measured[]; readonly failed: readonly Failed[] }> {
  let left = sides.map(side => ({ side, name: side.name, usages: [] as Usage[] }))
  const failed: Failed[] = []
  for (let nth = warmsUp ? 0 : 1; nth <= runs; nth++) {
    for (const one of left) {
      const { side, name, usages } = one
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
