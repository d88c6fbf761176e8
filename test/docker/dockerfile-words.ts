/** Looks up a variable's value; undefined if it is not set. */
export type Lookup = (name: string) => string | undefined

const VARIABLE = String.raw`\$\{(?<braced>\w+)(?::(?<operator>[-+])(?<alternative>[^}]*))?\}|\$(?<bare>[A-Za-z_]\w*)`
const TOKEN = new RegExp(
  String.raw`(?<space>\s+)|'(?<single>[^']*)'|"(?<double>(?:\\.|[^"\\])*)"|\\(?<escaped>.)|${VARIABLE}|(?<plain>[^\s'"\\$]+|.)`,
  'gs',
)
const IN_DOUBLE_QUOTES = new RegExp(String.raw`\\(?<escaped>["\\$])|${VARIABLE}`, 'gs')

type Groups = Readonly<Record<string, string | undefined>>

/** Splits an instruction's text into words like Docker: removes quotes and replaces variables. */
export function readWords(text: string, lookup: Lookup): readonly string[] {
  const words: string[] = []
  let word: string | undefined
  for (const { groups = {} } of text.matchAll(TOKEN)) {
    if (groups.space === undefined) {
      word = (word ?? '') + expandToken(groups, lookup)
    } else if (word !== undefined) {
      words.push(word)
      word = undefined
    }
  }
  return word === undefined ? words : [...words, word]
}

/** Parses the exec form, a JSON list of strings; undefined for the shell form. */
export function readExecForm(text: string): readonly string[] | undefined {
  if (!text.startsWith('[')) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) && value.every(word => typeof word === 'string') ? value : undefined
  } catch {
    return undefined
  }
}

function expandToken(groups: Groups, lookup: Lookup): string {
  if (groups.single !== undefined) return groups.single
  if (groups.double !== undefined) return expandQuoted(groups.double, lookup)
  return groups.escaped ?? groups.plain ?? expandVariable(groups, lookup)
}

function expandQuoted(text: string, lookup: Lookup): string {
  return text.replace(IN_DOUBLE_QUOTES, (...found) => {
    const groups = found.at(-1) as Groups
    return groups.escaped ?? expandVariable(groups, lookup)
  })
}

function expandVariable({ braced, bare, operator, alternative = '' }: Groups, lookup: Lookup): string {
  const name = braced ?? bare ?? ''
  if (operator === undefined) {
    const value = lookup(name)
    // Docker inserts nothing here. But the variable may come from the base image, which is not fetched.
    if (value === undefined) throw new UnknownVariableError(name)
    return value
  }
  const isSet = (lookup(name) ?? '') !== ''
  if (operator === '+') return isSet ? expandQuoted(alternative, lookup) : ''
  return isSet ? (lookup(name) ?? '') : expandQuoted(alternative, lookup)
}

/** A variable that neither the Dockerfile nor the command line sets. */
export class UnknownVariableError extends Error {
  override readonly name = 'UnknownVariableError'

  constructor(variable: string) {
    super(`$${variable} is not set here, and the stand-in does not fetch the base image, which may set it`)
  }
}
