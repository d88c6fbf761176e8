import type { ServiceName } from '../../names/service-name.ts'

/** A deterministic finite automaton that accepts tags: in a state, a character leads to the next state, or nowhere. */
export type Automaton = {
  readonly start: string
  next(state: string, character: string): string | undefined
  isEnd(state: string): boolean
  /** Groups of characters that the automaton does not tell apart; each character of a literal part is its own group. */
  readonly groups: readonly string[]
  /** The length of the longest text that it accepts; at least that of a tag by default. */
  readonly longest?: number
}

const digits = '0123456789'
const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'
// As in version.ts: longer numbers cannot be compared.
const mostDigits = 15

/** Accepts the tags that builds give: 40 lower-case hexadecimal digits. */
export const commitTags: Automaton = {
  start: '0',
  next: (state, character) => (/^[0-9a-f]$/.test(character) ? String(Number(state) + 1) : undefined),
  isEnd: state => state === '40',
  groups: ['0123456789abcdef'],
  longest: 40,
}

/** Accepts the tags of a service's releases: `<service>-v<version>`. */
export function releaseTags(service: ServiceName): Automaton {
  const front = `${service}-v`
  return {
    start: 'front 0',
    next: (state, character) => {
      const [part, count = ''] = state.split(' ')
      if (part !== 'front') return nextInVersion(state, character)
      if (character !== front[Number(count)]) return undefined
      return Number(count) + 1 < front.length ? `front ${Number(count) + 1}` : 'number 0 0'
    },
    isEnd: state => /^(?:number 2 [1-9]|zero 2|digits|zero-id|word)/.test(state) && state !== 'number 2 0',
    groups: [...new Set(front), '0', '123456789', letters, '-', '.'],
  }
}

// The states `number <which> <digits so far>` and `zero <which>` are in major, minor or patch. The others are in an
// identifier of the pre-release: at its start, in a number, after a lone 0, in digits that are no number, in a word.
function nextInVersion(state: string, character: string): string | undefined {
  const [part, which = '0', count = '0'] = state.split(' ')
  if (part === 'number' || part === 'zero') return nextInNumber(part, Number(which), Number(count), character)
  if (character === '.')
    return ['digits', 'zero-id', 'word'].includes(part as string) ? 'identifier' : undefined
  if (!`${digits}${letters}-`.includes(character)) return undefined
  if (part === 'word' || !digits.includes(character)) return 'word'
  if (part === 'identifier') return character === '0' ? 'zero-id' : 'digits 1'
  return part === 'digits' && Number(which) < mostDigits ? `digits ${Number(which) + 1}` : 'not-a-number'
}

function nextInNumber(part: string, which: number, count: number, character: string): string | undefined {
  const ended = part === 'zero' || count > 0
  if (ended && character === '.') return which < 2 ? `number ${which + 1} 0` : undefined
  if (ended && character === '-') return which === 2 ? 'identifier' : undefined
  if (part === 'zero' || !digits.includes(character) || count === mostDigits) return undefined
  return count === 0 && character === '0' ? `zero ${which}` : `number ${which} ${count + 1}`
}
