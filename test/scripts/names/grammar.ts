// The grammar of tags once more, on purpose without a regular expression and without anything of scripts/:
// SemVer 2.0.0 without build metadata, at most 15 digits a number, at most 128 characters a tag.

const longestTag = 128
const mostDigits = 15

const among = (from: string, to: string) => (character: string) => character >= from && character <= to
const isDigit = among('0', '9')
const isLower = among('a', 'z')
const isUpper = among('A', 'Z')

// By UTF-16 unit, so that half of a pair is a character too.
const units = (text: string) => text.split('')

function isNumber(text: string): boolean {
  if (text === '' || text.length > mostDigits || !units(text).every(isDigit)) return false
  return text.length === 1 || !text.startsWith('0')
}

function isIdentifier(text: string): boolean {
  if (text === '') return false
  if (units(text).every(isDigit)) return isNumber(text)
  return units(text).every(unit => isDigit(unit) || isLower(unit) || isUpper(unit) || unit === '-')
}

/** Tells whether text is a version, of any length. */
export function recognisesVersion(text: string): boolean {
  const dash = text.indexOf('-')
  const numbers = (dash < 0 ? text : text.slice(0, dash)).split('.')
  if (numbers.length !== 3 || !numbers.every(isNumber)) return false
  return (
    dash < 0 ||
    text
      .slice(dash + 1)
      .split('.')
      .every(isIdentifier)
  )
}

function recognisesService(text: string): boolean {
  let previous = '-'
  for (const [index, unit] of units(text).entries()) {
    if (index === 0 && !isLower(unit)) return false
    if (unit === '-' ? previous === '-' : !isLower(unit) && !isDigit(unit)) return false
    previous = unit
  }
  return previous !== '-'
}

/** Tells whether text is a release's tag. A service has no dot, so the first one stands behind the major number. */
export function recognisesTag(text: string): boolean {
  if (text.length > longestTag) return false
  let start = text.indexOf('.')
  while (start > 0 && isDigit(text.charAt(start - 1))) start--
  if (start < 2 || text.slice(start - 2, start) !== '-v') return false
  return recognisesService(text.slice(0, start - 2)) && recognisesVersion(text.slice(start))
}
