/** An event as EventBridge delivers it. */
export type BusEvent = { readonly [name: string]: unknown }

type Pattern = { readonly [name: string]: unknown }

/**
 * Whether an event matches a pattern: each field that the pattern names has one of the listed values, or a value with a
 * listed prefix or suffix, or like a listed wildcard (Amazon EventBridge user guide, "Event patterns"). Of a list in the event, one member has to match.
 */
export function matchesPattern(pattern: Pattern, event: BusEvent): boolean {
  return Object.entries(pattern).every(([name, wanted]) => {
    const actual = event[name]
    if (!Array.isArray(wanted)) return isObject(wanted) && isObject(actual) && matchesPattern(wanted, actual)
    const values = Array.isArray(actual) ? actual : [actual]
    return values.some(value => wanted.some(one => matchesOne(one, value)))
  })
}

/** What a pattern has that this stand-in does not compare; undefined if it compares all of it. */
export function unknownIn(pattern: unknown): string | undefined {
  if (!isObject(pattern)) return 'Event pattern is not valid. Reason: Filter is not an object'
  for (const [name, wanted] of Object.entries(pattern)) {
    if (!Array.isArray(wanted)) {
      const inside = isObject(wanted)
        ? unknownIn(wanted)
        : `Event pattern is not valid. Reason: "${name}" must be an object or an array`
      if (inside !== undefined) return inside
      continue
    }
    const strange = wanted.find(one => isObject(one) && comparisonIn(one) === undefined)
    if (strange !== undefined)
      return `The emulator (not AWS) compares values, prefixes, suffixes and wildcards only, not ${JSON.stringify(strange)}`
  }
  return undefined
}

function matchesOne(wanted: unknown, value: unknown): boolean {
  if (!isObject(wanted)) return wanted === value
  return typeof value === 'string' && comparisonIn(wanted)?.(value) === true
}

function comparisonIn({ prefix, suffix, wildcard }: Pattern): ((value: string) => boolean) | undefined {
  if (typeof prefix === 'string') return value => value.startsWith(prefix)
  if (typeof suffix === 'string') return value => value.endsWith(suffix)
  if (typeof wildcard !== 'string') return undefined
  const parts = wildcard
    .split(/(\\[\\*]|\*)/)
    .map(part => (part === '*' ? '.*' : RegExp.escape(part.replace(/^\\(?=.)/, ''))))
  return value => new RegExp(`^${parts.join('')}$`, 's').test(value)
}

function isObject(value: unknown): value is Pattern {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
