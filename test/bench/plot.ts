import type { Line } from './statistics.ts'

const size = { width: 760, height: 420, left: 64, right: 190, top: 24, bottom: 48 }
const colours = ['#0b6e4f', '#c1440e', '#2a4d8f', '#8f2a7a', '#7a6a00', '#3f3f3f']

type Point = { readonly x: number; readonly y: number }
type Curve = { readonly name: string; readonly points: readonly Point[] }

/** How the time of Waybill's side grows, by curve: of lines with a size and a time. */
export function curvesOf(lines: readonly Line[]): Curve[] {
  const timed = lines.filter(({ grows, unit }) => grows !== undefined && unit !== 'MB')
  const byCurve = Map.groupBy(timed, ({ grows, unit }) => `${grows?.curve}${unit === 'ms' ? '' : ' (CPU)'}`)
  const curves = [...byCurve].map(([name, all]) => {
    const points = new Map(all.map(({ grows, ours }) => [grows?.size ?? 0, ours.median / 1000]))
    return { name, points: [...points].map(([x, y]) => ({ x, y })).toSorted((a, b) => a.x - b.x) }
  })
  return curves.filter(({ points }) => points.length > 1)
}

/** A plot of seconds against sizes as SVG, both logarithmic; undefined where no curve has two points. */
export function plot(lines: readonly Line[]): string | undefined {
  const curves = curvesOf(lines)
  if (curves.length === 0) return undefined
  const all = curves.flatMap(({ points }) => points)
  const x = axis(
    all.map(point => point.x),
    [size.left, size.width - size.right],
  )
  const y = axis(
    all.map(point => point.y),
    [size.height - size.bottom, size.top],
  )
  const grid = [
    ...x.marks.map(mark => tick(x.at(mark), size.height - size.bottom + 18, label(mark), 'middle')),
    ...y.marks.flatMap(mark => [
      `<path d="M${size.left} ${y.at(mark)}H${size.width - size.right}" stroke="#ddd"/>`,
      tick(size.left - 8, y.at(mark) + 4, `${label(mark)} s`, 'end'),
    ]),
    tick((size.left + size.width - size.right) / 2, size.height - 8, 'services, commits or tags', 'middle'),
  ]
  const ends = apart(curves.map(({ points }) => y.at(points.at(-1)?.y ?? 1)))
  const drawn = curves.map(({ name, points }, index) => {
    const colour = colours[index % colours.length]
    const path = points
      .map((point, at) => `${at === 0 ? 'M' : 'L'}${x.at(point.x)} ${y.at(point.y)}`)
      .join('')
    const dots = points.map(
      point => `<circle cx="${x.at(point.x)}" cy="${y.at(point.y)}" r="3" fill="${colour}"/>`,
    )
    const text = `<text x="${size.width - size.right + 8}" y="${(ends[index] ?? 0) + 4}" fill="${colour}">${escaped(name)}</text>`
    return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="2"/>${dots.join('')}${text}`
  })
  const head = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" font-family="sans-serif" font-size="12">`
  const title = '<title>Seconds by the number of services, commits and tags</title>'
  const back = `<rect width="${size.width}" height="${size.height}" fill="#fff"/>`
  return `${[head, title, back, ...grid, ...drawn, '</svg>'].join('\n')}\n`
}

/** A logarithmic axis from pixel to pixel, with a mark at each power of ten. */
function axis(values: readonly number[], [from, to]: readonly [number, number]) {
  const low = Math.floor(Math.log10(Math.min(...values)))
  const high = Math.max(Math.ceil(Math.log10(Math.max(...values))), low + 1)
  const marks = Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index))
  const at = (value: number) => Math.round(from + ((Math.log10(value) - low) / (high - low)) * (to - from))
  return { marks, at }
}

/** Moves labels down until none covers another. */
function apart(heights: readonly number[]): number[] {
  const moved = [...heights]
  const order = heights.map((_, index) => index).toSorted((a, b) => (heights[a] ?? 0) - (heights[b] ?? 0))
  let last = Number.NEGATIVE_INFINITY
  for (const index of order) {
    last = Math.max(heights[index] ?? 0, last + 15)
    moved[index] = last
  }
  return moved
}

const label = (value: number) => (value >= 1000 ? `${value / 1000}k` : String(Number(value.toPrecision(1))))

function tick(x: number, y: number, text: string, anchor: 'middle' | 'end'): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" fill="#555">${escaped(text)}</text>`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
