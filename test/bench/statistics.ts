import type { Figure, Row, Target, Unit, Usage } from './row.ts'

/** A median, with half the distance between the quartiles as a share of it. */
export type Summary = { readonly median: number; readonly spread: number }

/** What the runs of a side took. */
export type Measured = { readonly name: string; readonly usages: readonly Usage[] }

/** One line of the result. */
export type Line = {
  readonly group: string
  readonly row: string
  readonly grows?: Row['grows']
  readonly runs: number
  readonly unit: Unit
  readonly ours: Summary
  readonly against?: string
  readonly theirs?: Summary
  /** Of the medians. */
  readonly ratio?: number
  readonly target?: Target
  /** Whether the target was met; left out where there is none. */
  readonly isMet?: boolean
}

/** The value below which a share of the sorted values lies, between two of them by proportion. */
function quantile(sorted: readonly number[], share: number): number {
  const at = (sorted.length - 1) * share
  const [low = Number.NaN, high = low] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]]
  return low + (high - low) * (at % 1)
}

/** The median of some values and how far they spread around it. */
export function summarize(values: readonly number[]): Summary {
  const sorted = values.toSorted((a, b) => a - b)
  const median = quantile(sorted, 0.5)
  const half = (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / 2
  return { median, spread: median === 0 ? 0 : half / median }
}

/** The lines of a row, whose own side comes first; a figure against a side that was not measured is left out. */
export function linesOf(
  { group, name, grows, figures }: Pick<Row, 'group' | 'name' | 'grows' | 'figures'>,
  [own, ...others]: readonly Measured[],
): Line[] {
  const taken = own?.usages ?? []
  return figures.flatMap(({ unit, against, target }: Figure): Line[] => {
    const other = others.find(side => side.name === against)
    if (against !== undefined && other === undefined) return []
    const summaryOf = (usages: readonly Usage[]) => summarize(usages.map(usage => valueIn(usage, unit)))
    const common = { group, row: name, ...(grows && { grows }), runs: taken.length, unit }
    const ours = summaryOf(taken)
    const theirs = other && summaryOf(other.usages)
    const compared = theirs && { against: against as string, theirs, ratio: ours.median / theirs.median }
    const judged = target && { target, isMet: isMet(target, ours, theirs) }
    return [{ ...common, ours, ...compared, ...judged }]
  })
}

function valueIn({ wallMs, cpuMs, peakMb }: Usage, unit: Unit): number {
  return unit === 'ms' ? wallMs : unit === 'CPU ms' ? cpuMs : (peakMb ?? Number.NaN)
}

function isMet({ kind, most }: Target, ours: Summary, theirs: Summary | undefined): boolean {
  if (kind === 'value') return ours.median <= most
  if (theirs === undefined) return false
  return kind === 'ratio' ? ours.median <= theirs.median * most : ours.median - theirs.median <= most
}
