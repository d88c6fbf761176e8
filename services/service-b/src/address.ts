/** A postal address in the form in which it is stored and printed. */
type Address = {
  readonly name: string
  readonly street: string
  readonly postalCode: string
  readonly city: string
  /** ISO 3166-1 alpha-2, such as `DE`. */
  readonly country: string
}

/** What normalising gives: an address, or everything that is wrong with what was sent. */
export type AddressResult =
  | { readonly ok: true; readonly address: Address }
  | { readonly ok: false; readonly problems: readonly string[] }

type PostalFormat = {
  readonly pattern: RegExp
  readonly print: (code: string) => string
  readonly example: string
}

const asItIs = (code: string): string => code
const spacedFromEnd = (code: string): string => `${code.slice(0, -3)} ${code.slice(-3)}`

/** Each pattern is for a code in capitals without spaces and hyphens. */
const POSTAL_FORMATS: ReadonlyMap<string, PostalFormat> = new Map([
  ['AT', { pattern: /^[1-9]\d{3}$/, print: asItIs, example: '1010' }],
  ['CH', { pattern: /^[1-9]\d{3}$/, print: asItIs, example: '8001' }],
  ['DE', { pattern: /^\d{5}$/, print: asItIs, example: '10115' }],
  ['FR', { pattern: /^\d{5}$/, print: asItIs, example: '75001' }],
  ['GB', { pattern: /^[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}$/, print: spacedFromEnd, example: 'SW1A 1AA' }],
  [
    'NL',
    {
      pattern: /^[1-9]\d{3}[A-Z]{2}$/,
      print: code => `${code.slice(0, 4)} ${code.slice(4)}`,
      example: '1012 AB',
    },
  ],
  ['PL', { pattern: /^\d{5}$/, print: code => `${code.slice(0, 2)}-${code.slice(2)}`, example: '00-950' }],
  ['SE', { pattern: /^\d{5}$/, print: code => `${code.slice(0, 3)} ${code.slice(3)}`, example: '111 22' }],
])

const LONGEST_LINE = 70

/** Normalises what was sent as an address and reports all of its problems together. */
export function normaliseAddress(value: unknown): AddressResult {
  if (!isRecord(value)) return { ok: false, problems: ['the body must be a JSON object'] }
  const address: Address = {
    name: cleanLine(value.name),
    street: cleanLine(value.street),
    postalCode: cleanLine(value.postalCode).toUpperCase(),
    city: cleanLine(value.city),
    country: cleanLine(value.country).toUpperCase(),
  }
  const problems = [...lineProblems(address), ...countryProblems(address)]
  return problems.length > 0 ? { ok: false, problems } : { ok: true, address: printPostalCode(address) }
}

/** One line of text: composed characters, single spaces, nothing invisible. */
function cleanLine(value: unknown): string {
  if (typeof value !== 'string') return ''
  return value
    .normalize('NFC')
    .replace(/\s+/gu, ' ')
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
    .trim()
}

function lineProblems(address: Address): string[] {
  return Object.entries(address).flatMap(([field, line]) => {
    if (line === '') return [`${field} is missing`]
    return [...line].length > LONGEST_LINE ? [`${field} is longer than ${LONGEST_LINE} characters`] : []
  })
}

function countryProblems({ country, postalCode }: Address): string[] {
  if (country === '') return []
  const format = POSTAL_FORMATS.get(country)
  if (format === undefined) return [`country must be one of ${[...POSTAL_FORMATS.keys()].join(', ')}`]
  if (postalCode === '' || format.pattern.test(bareCode(postalCode))) return []
  return [`postalCode is not one of ${country}: it should look like ${format.example}`]
}

function printPostalCode(address: Address): Address {
  const print = POSTAL_FORMATS.get(address.country)?.print ?? asItIs
  return { ...address, postalCode: print(bareCode(address.postalCode)) }
}

function bareCode(postalCode: string): string {
  return postalCode.replace(/[ -]/g, '')
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
