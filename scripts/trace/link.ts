/** One link between a release's tag and what became of it. A `note` informs; only `broken` is a fault. */
export type Link = {
  readonly name: string
  readonly state: 'ok' | 'broken' | 'note'
  readonly detail: string
}

/** A link that holds. */
export function ok(name: string, detail: string): Link {
  return { name, state: 'ok', detail }
}

/** A link that only informs. */
export function note(name: string, detail: string): Link {
  return { name, state: 'note', detail }
}

/** A link that does not hold. */
export function broken(name: string, detail: string): Link {
  return { name, state: 'broken', detail }
}
