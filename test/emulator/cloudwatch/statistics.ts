import type { Datum } from './metrics.ts'
import { floor } from './metrics.ts'

/** The value of a metric or an expression in the period that begins at `at`, in milliseconds since the epoch. */
export type Point = { at: number; value: number }

/** A stretch of time in milliseconds since the epoch, without its end. */
export type Range = { from: number; to: number }

const percentile = /^p(\d{1,2}(?:\.\d{1,10})?|100)$/

/** Whether the emulator computes a statistic: the five simple ones and percentiles, not trimmed means and their kin. */
export function isComputed(stat: string): boolean {
  return stat in simple || percentile.test(stat)
}

/** The points of a metric in a range, oldest first; a period without data has none. */
export function pointsIn(
  data: readonly Datum[],
  stat: string,
  { from, to }: Range,
  periodMs: number,
): Point[] {
  const periods = new Map<number, Datum[]>()
  for (const datum of data) {
    if (datum.at < from || datum.at >= to) continue
    const at = from + floor(datum.at - from, periodMs)
    periods.set(at, [...(periods.get(at) ?? []), datum])
  }
  return [...periods]
    .map(([at, inPeriod]) => ({ at, value: statisticOf(inPeriod, stat) }))
    .sort((a, b) => a.at - b.at)
}

/** One statistic of values, of which there is at least one. */
function statisticOf(data: readonly Datum[], stat: string): number {
  const compute = simple[stat]
  if (compute) return compute(data)
  const share = Number(percentile.exec(stat)?.[1]) / 100
  const wanted = Math.max(1, Math.ceil(share * countOf(data)))
  const sorted = [...data].sort((a, b) => a.value - b.value)
  let seen = 0
  const found = sorted.find(({ count }) => {
    seen += count
    return seen >= wanted
  })
  return found?.value ?? Number.NaN
}

const countOf = (data: readonly Datum[]) => data.reduce((sum, { count }) => sum + count, 0)
const sumOf = (data: readonly Datum[]) => data.reduce((sum, { value, count }) => sum + value * count, 0)

const simple: Record<string, (data: readonly Datum[]) => number> = {
  SampleCount: countOf,
  Sum: sumOf,
  Average: data => sumOf(data) / countOf(data),
  Minimum: data => Math.min(...data.map(({ value }) => value)),
  Maximum: data => Math.max(...data.map(({ value }) => value)),
}
