/** A part of the time; both ends belong to it. */
export type Window = { readonly from: Date; readonly to: Date }

const firstMs = 10_000
const dayMs = 24 * 60 * 60_000

/** Parts of the time from its end on, each eight times as long as the one before: a log gives its oldest lines first. */
export function* backwards({ from, to }: Window): Generator<Window> {
  let end = to.getTime()
  for (let span = firstMs; end >= from.getTime(); span *= 8) {
    const start = Math.max(from.getTime(), end - span)
    yield { from: new Date(start), to: new Date(end) }
    end = start - 1
  }
}

/** Both halves of a part; undefined where it is too short to be halved. */
export function halves({ from, to }: Window): { earlier: Window; later: Window } | undefined {
  const middle = Math.ceil((from.getTime() + to.getTime()) / 2)
  if (to.getTime() - from.getTime() < 1000) return undefined
  return { earlier: { from, to: new Date(middle - 1) }, later: { from: new Date(middle), to } }
}

/** The days of a time, as the names of streams have them. */
export function daysOf({ from, to }: Window): string[] {
  const days: string[] = []
  for (let at = Math.floor(from.getTime() / dayMs) * dayMs; at <= to.getTime(); at += dayMs)
    days.push(new Date(at).toISOString().slice(0, 10).replaceAll('-', '/'))
  return days
}

/**
 * Whether Lambda logs a line of every call, which says nothing of what went wrong (Lambda developer guide, "Working with
 * Lambda function logs"): as text, or as JSON. A report with a status does.
 */
export function isOfEveryCall(line: string): boolean {
  if (/^((START|END) RequestId: |INIT_START )/.test(line)) return true
  if (/^REPORT RequestId: /.test(line)) return !/\bStatus: /.test(line)
  const isOfPlatform = /^\{("time": ?"[^"]*", ?)?"type": ?"platform\./.test(line)
  return isOfPlatform && !/"status": ?"(error|failure|timeout)"/.test(line)
}
