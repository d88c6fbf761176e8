import type { AwsError } from './protocol.ts'

/** Reads a JSON body; undefined when it is not a JSON object. */
export function readJsonObject(body: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body.toString('utf8') || '{}', withoutNull)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

/** One page of a list and where the next one begins; throws what `refuse` makes of an invalid token. */
export function pageOf<T>(
  items: T[],
  { token, size }: { token: string | undefined; size: number },
  refuse: (message: string) => AwsError,
): { page: T[]; next?: string } {
  const start = token === undefined ? 0 : readOffset(token)
  if (start === undefined) throw refuse('Invalid token')
  const end = start + size
  const page = items.slice(start, end)
  return end < items.length ? { page, next: Buffer.from(`offset:${end}`).toString('base64url') } : { page }
}

function readOffset(token: string): number | undefined {
  const match = /^offset:(\d+)$/.exec(Buffer.from(token, 'base64url').toString('utf8'))
  return match ? Number(match[1]) : undefined
}

/** AWS takes a field that is null for one that is absent. */
function withoutNull(_: string, value: unknown): unknown {
  return value === null ? undefined : value
}
