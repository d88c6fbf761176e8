import { UserError } from '../../base/user-error.ts'
import { doctorErrors } from '../errors.ts'
import type { Automaton } from './automaton.ts'

// OCI distribution specification, "Pulling manifests".
const longestTag = 128

/** Tells whether an ECR pattern matches a tag; `*` matches any text, even none. */
export function matchesPattern(pattern: string, tag: string): boolean {
  let places = enter(pattern, [0])
  for (const character of tag) places = step(pattern, places, character)
  return places.includes(pattern.length)
}

// More than any hand-written policy needs; doctor refuses to judge a policy that needs more, instead of hanging.
const mostStates = 20_000

/**
 * Finds the shortest tag that an automaton accepts, that every pattern of `matching` matches and none of `avoiding`
 * does; undefined if there is none. Throws if that would take too long.
 */
export function findTag(
  automaton: Automaton,
  matching: readonly string[],
  avoiding: readonly string[],
): string | undefined {
  // With a `*` in a text, a pattern only matches if it matches everything that the text as a pattern does.
  if (matching.some(wanted => avoiding.some(unwanted => matchesPattern(unwanted, wanted)))) return undefined
  const longest = Math.min(longestTag, automaton.longest ?? longestTag)
  const alphabet = representatives(automaton.groups, [...matching, ...avoiding])
  const wanted = matching.map(patternWalk)
  const unwanted = avoiding.map(patternWalk)
  const walks = [...wanted, ...unwanted]
  const seen = new Set<string>()
  // The loop also visits what it appends: breadth first, so that it meets the shortest tag first.
  const queue = [{ tag: '', state: automaton.start, at: walks.map(walk => walk.start) }]
  for (const { tag, state, at } of queue) {
    const matched = walks.map((walk, index) => walk.isEnd(at[index] as string))
    if (automaton.isEnd(state) && matched.every((yes, index) => yes === index < wanted.length)) return tag
    const left = longest - tag.length - 1
    if (left < 0) continue
    for (const character of alphabet) {
      const next = automaton.next(state, character)
      if (next === undefined) continue
      const reached = walks.map((walk, index) => walk.next(at[index] as string, character))
      const key = `${next}|${reached.join('|')}`
      const hopeless = reached.some((one, index) =>
        index < wanted.length ? (walks[index] as PatternWalk).needs(one) > left : one === always,
      )
      if (seen.has(key) || hopeless) continue
      seen.add(key)
      queue.push({ tag: tag + character, state: next, at: reached })
    }
    if (seen.size > mostStates) throw tooComplex()
  }
  return undefined
}

// Every character in a pattern, and of each group one that is in no pattern, which stands for the rest of the group.
function representatives(groups: readonly string[], patterns: readonly string[]): string[] {
  const named = new Set(patterns.join('').replaceAll('*', ''))
  const others = groups.flatMap(group => [...group].find(character => !named.has(character)) ?? [])
  const isMark = (character: string) => Number(!/[0-9A-Za-z]/.test(character))
  return [...new Set([...named, ...others])].toSorted().toSorted((a, b) => isMark(a) - isMark(b))
}

/** The state of a pattern that matches, whatever follows. */
const always = 'always'

type PatternWalk = {
  readonly start: string
  next(state: string, character: string): string
  isEnd(state: string): boolean
  /** How many characters must follow at least; Infinity when none can lead to the end. */
  needs(state: string): number
}

/** A pattern as an automaton: a state is the places reached in it, and an empty state can no longer match. */
function patternWalk(pattern: string): PatternWalk {
  const known = new Map<string, string>()
  const last = pattern.length - 1
  const needed = [...pattern, ''].map((_, place) => pattern.slice(place).replaceAll('*', '').length)
  const print = (places: readonly number[]) =>
    pattern[last] === '*' && places.includes(last) ? always : places.join(',')
  const next = (state: string, character: string) =>
    state === '' || state === always ? state : print(step(pattern, state.split(',').map(Number), character))
  return {
    start: print(enter(pattern, [0])),
    next: (state, character) => {
      const key = `${state} ${character}`
      const reached = known.get(key) ?? next(state, character)
      known.set(key, reached)
      return reached
    },
    isEnd: state => state === always || state.split(',').includes(String(pattern.length)),
    needs: state => (state === always ? 0 : state === '' ? Infinity : (needed[lastPlace(state)] as number)),
  }
}

// The places are in order, and none needs fewer characters than the last one.
function lastPlace(state: string): number {
  return Number(state.slice(state.lastIndexOf(',') + 1))
}

function step(pattern: string, places: readonly number[], character: string): number[] {
  const next = places.flatMap(place =>
    pattern[place] === '*' ? [place] : pattern[place] === character ? [place + 1] : [],
  )
  return enter(pattern, next)
}

/** Adds the places after a `*`, and drops those before the last `*`, which matches all that they match. */
function enter(pattern: string, places: readonly number[]): number[] {
  const all = new Set(places)
  for (const place of all) if (pattern[place] === '*') all.add(place + 1)
  const star = Math.max(-1, ...[...all].filter(place => pattern[place] === '*'))
  return [...all].filter(place => place >= star).toSorted((a, b) => a - b)
}

function tooComplex(): UserError {
  return new UserError(doctorErrors['doctor-lifecycle'], 'the tag patterns are too complex to judge', {
    remedy: 'Use fewer and simpler patterns.',
  })
}
