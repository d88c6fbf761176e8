import fc from 'fast-check'

const part = fc.constantFrom('a', 'b0', 'v1', 'v', 'service', 'x9z', 'v0')
const service = fc.array(part, { minLength: 1, maxLength: 4 }).map(parts => parts.join('-'))
const number = fc.oneof(
  fc.nat(20).map(String),
  fc.maxSafeNat().map(value => String(value).slice(0, 15)),
  fc.constantFrom('0', '999999999999999'),
)
const identifier = fc.oneof(
  number,
  fc.constantFrom('rc', 'alpha', 'RC', '-', '--1', '0a', '01a', 'x-y-z', 'v1'),
)
const preRelease = fc.array(identifier, { maxLength: 3 })

/** Versions that match the grammar. */
export const validVersion = fc
  .tuple(number, number, number, preRelease)
  .map(([major, minor, patch, ids]) =>
    [`${major}.${minor}.${patch}`, ...(ids.length > 0 ? [ids.join('.')] : [])].join('-'),
  )

/** Tags that match the grammar, except for a few that are too long. */
export const validTag = fc.tuple(service, validVersion).map(([name, version]) => `${name}-v${version}`)

/** Tags around the maximum length, most of which match the grammar. */
export const longTag = fc
  .tuple(validTag, fc.integer({ min: 120, max: 136 }), fc.boolean())
  .map(([tag, length, front]) => {
    const filling = 'a'.repeat(Math.max(0, length - tag.length))
    return front ? `${filling}${tag}` : `${tag.includes('.') ? tag : 'a'}-${filling}`
  })

/** What people and attackers put into names: shell, bidi, zero width, other digits, line ends, near misses. */
const insertion = fc.constantFrom(
  ...[' ', '\t', '\n', '\r\n', '\0', '\u00a0', '\u2028', '\ufeff', '\u0085'],
  ...[
    '$(id)',
    '`id`',
    ';',
    '|',
    '&',
    '>',
    '*',
    '?',
    '"',
    "'",
    '\\',
    '/',
    '../',
    '%0a',
    '{}',
    '~',
    '#',
    '^',
    ':',
  ],
  ...[
    '\u202e',
    '\u2066',
    '\u200b',
    '\u200d',
    '\u00ad',
    '\u{e0041}',
    '\u0301',
    '\ud800',
    '\udc00',
    '\u{1f600}',
  ],
  // Look-alike digits, letters and punctuation: full width, Arabic, Cyrillic, long s, Kelvin.
  ...['\uff11', '\u0663', '\u07c1', '\u0430', '\uff41', '\u017f', '\u212a', '\uff0e', '\u2010', '\u2212'],
  ...[
    '+build',
    '+',
    '-',
    '--',
    '.',
    '..',
    '-v',
    'v',
    'V',
    '0',
    '00',
    '01',
    '1',
    '1234567890123456',
    'A',
    '_',
  ],
)

const change = fc.tuple(fc.nat(140), fc.nat(2), insertion)

/** Text with a few characters inserted, replaced or removed. */
export function mutated(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(text, fc.array(change, { minLength: 1, maxLength: 2 })).map(([original, changes]) =>
    changes.reduce((now, [where, how, inserted]) => {
      const at = where % (now.length + 1)
      const [before, behind] = [now.slice(0, at), now.slice(how === 0 ? at : at + 1)]
      return how === 2 ? before + behind : before + inserted + behind
    }, original),
  )
}

/** Any text: whole characters, half surrogate pairs, ASCII and hostile pieces. */
export const anyText = fc.oneof(
  fc
    .array(fc.nat(0x10ffff), { maxLength: 20 })
    .map(points => points.map(point => String.fromCodePoint(point)).join('')),
  fc.array(fc.nat(0xffff), { maxLength: 20 }).map(units => String.fromCharCode(...units)),
  fc.array(fc.nat(0x7f), { maxLength: 20 }).map(units => String.fromCharCode(...units)),
  fc.array(insertion, { maxLength: 5 }).map(parts => parts.join('')),
)
