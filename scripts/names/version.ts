/** A SemVer 2.0.0 version without build metadata. */
export type Version = string & { readonly brand: 'Version' }

/** The part of a version that `VERSION=patch|minor|major` increments. */
export type Increment = 'patch' | 'minor' | 'major'

// Fifteen digits stay below 2^53, beyond which versions cannot be compared exactly.
const number = '(?:0|[1-9][0-9]{0,14})'
const identifier = `(?:${number}|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*)`

/** The grammar of a version, without anchors. */
export const versionGrammar = `${number}\\.${number}\\.${number}(?:-${identifier}(?:\\.${identifier})*)?`

const pattern = new RegExp(`^${versionGrammar}$`)
// What a tag of 128 characters leaves for the version beside a service of one letter and `-v`.
const maximumLength = 125

/** Tells whether text is a version, without build metadata (a container tag has no `+`) and in numbers of 15 digits. */
export function isVersion(text: string): text is Version {
  return text.length <= maximumLength && pattern.test(text)
}

/** Says what is wrong with text that is not a version. */
export function explainVersion(text: string): string {
  if (/^v/i.test(text)) return 'leave out the v'
  if (text.includes('+')) return 'a container tag cannot hold build metadata (+…)'
  if (/^[0-9]+(\.[0-9]+)?$/.test(text)) return 'use all three numbers, as in 1.1.0'
  if (/(^|[.-])0[0-9]/.test(text)) return 'a number must not begin with 0'
  if (/[0-9]{16}/.test(text)) return 'a number has at most 15 digits'
  if (text.length > maximumLength) return `a version has at most ${maximumLength} characters`
  return 'use a SemVer 2.0.0 version, as in 1.1.0 or 1.1.0-rc.1'
}
