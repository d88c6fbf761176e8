import type { Clock } from '../clock.ts'
import type { Identity } from '../iam/identities.ts'

/** Whose metrics they are: CloudWatch keeps those of each account and region apart. */
export type Owner = Pick<Identity, 'account' | 'region'>

/** One metric: the same name with other dimensions is another metric, and nothing adds them up. */
export type Metric = { namespace: string; name: string; dimensions?: Readonly<Record<string, string>> }

/** A value that was measured `count` times, in milliseconds since the epoch. */
export type Datum = { at: number; value: number; count: number }

/** When a value was measured, how often, and how exactly CloudWatch keeps the time. */
export type Measured = {
  /** Milliseconds since the epoch; default: now, by the emulator's clock. */
  at?: number
  /** Default 1. */
  count?: number
  /** In seconds; default 60, which is what the metrics of AWS's own services have. */
  resolution?: 1 | 60
}

/** All metrics of all accounts. */
export type Metrics = {
  /** Adds one value to a metric, which begins to exist with its first value. */
  record: (owner: Owner, metric: Metric, value: number, measured?: Measured) => void
  /** Every value of a metric; undefined for one that never had any. */
  find: (owner: Owner, metric: Metric) => readonly Datum[] | undefined
}

/** Makes an empty store whose `now` is the clock's. */
export function createMetrics(clock: Pick<Clock, 'now'>): Metrics {
  const all = new Map<string, Counts>()
  return {
    record: (owner, metric, value, { at = clock.now(), count = 1, resolution = 60 } = {}) => {
      const counts = getOrMake(all, keyOf(owner, metric), (): Counts => new Map())
      // CloudWatch keeps the start of the minute, or of the second, not the moment.
      const values = getOrMake(counts, floor(at, resolution * 1000), () => new Map<number, number>())
      values.set(value, (values.get(value) ?? 0) + count)
    },
    find: (owner, metric) => {
      const counts = all.get(keyOf(owner, metric))
      return (
        counts &&
        [...counts].flatMap(([at, values]) => [...values].map(([value, count]) => ({ at, value, count })))
      )
    },
  }
}

/** How often each value was measured, by its time: a demo measures the same few values thousands of times. */
type Counts = Map<number, Map<number, number>>

/** The last multiple of a step that is not after a number. */
export function floor(number: number, step: number): number {
  return Math.floor(number / step) * step
}

function getOrMake<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const value = map.get(key) ?? make()
  map.set(key, value)
  return value
}

function keyOf({ account, region }: Owner, { namespace, name, dimensions = {} }: Metric): string {
  const sorted = Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify([account, region, namespace, name, sorted])
}
