import type { OnFinished } from '../support/cleanup.ts'
import type { Version } from './versions.ts'

/** What one run of one side took; `peakMb` only where it was asked for. */
export type Usage = { readonly wallMs: number; readonly cpuMs: number; readonly peakMb?: number }

/** One of the things that a row compares. `nth` counts from 0, so that each run can have something of its own to do. */
export type Side = {
  readonly name: string
  /** Whether the row goes on without this side where it fails. */
  readonly isOptional?: boolean
  run(nth: number): Promise<Usage>
}

/** How a figure is measured. */
export type Unit = 'ms' | 'CPU ms' | 'MB'

/** The highest that a figure of Waybill may be: as a multiple of the other side, beyond it, or by itself. */
export type Target =
  | { readonly kind: 'ratio'; readonly most: number }
  | { readonly kind: 'more'; readonly most: number }
  | { readonly kind: 'value'; readonly most: number }

/** One line of the result: the first side in a unit, perhaps compared with another side. */
export type Figure = { readonly unit: Unit; readonly against?: string; readonly target?: Target }

/** Where rows make what they need: all of it is removed when the row is over. */
export type Place = {
  readonly folder: string
  readonly onFinished: OnFinished
  /** The versions of Waybill to measure, this one first. */
  readonly versions: readonly Version[]
  /** Whether a program is on the path. */
  has(program: string): Promise<boolean>
}

/** One thing that is measured. */
export type Row = {
  /** What `ONLY` selects. */
  readonly group: string
  readonly name: string
  /** What the plot has on its axis, with a name for the curve. */
  readonly grows?: { readonly curve: string; readonly size: number }
  readonly figures: readonly Figure[]
  /** The most runs that fit into the time of the whole. */
  readonly mostRuns?: number
  /** Only with `FULL=1`. */
  readonly isLong?: boolean
  /** The programs without which the row cannot run. */
  readonly needs?: readonly string[]
  /** Prepares for runs 0 to `runs`: the first warms up and is not counted. Waybill's own side comes first. */
  setup(place: Place, runs: number): Promise<readonly Side[]>
}
