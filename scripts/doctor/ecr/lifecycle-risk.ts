import { imagesPerRepository } from '../../aws/quotas.ts'
import { UserError } from '../../base/user-error.ts'
import type { ServiceName } from '../../names/service-name.ts'
import { doctorErrors } from '../errors.ts'
import { type Automaton, commitTags, releaseTags } from './automaton.ts'
import type { EcrLifecycleRule } from './lifecycle-policy.ts'
import { findTag, matchesPattern } from './tag-patterns.ts'

/** A rule that could expire or archive a released image, and the tags of such an image. */
export type LifecycleRisk = { readonly rule: EcrLifecycleRule; readonly tags: readonly string[] }

// A hundred years: a rule for older images keeps all images, and that is how to write such a rule.
const longestAgeDays = 36_500
const mostChoices = 64

/**
 * Finds the first rule that could expire or archive a released image, which has a tag of a commit and a tag of a
 * release, at any age and any number of images; undefined if none could. An image can have several tags of both kinds.
 */
export function releasesAtRisk(
  rules: readonly EcrLifecycleRule[],
  service: ServiceName,
  mostImages = imagesPerRepository,
): LifecycleRisk | undefined {
  const automata = [commitTags, releaseTags(service)]
  for (const [index, rule] of rules.entries()) {
    if (!canAct(rule, mostImages)) continue
    const before = rules.slice(0, index).filter(({ storageClass }) => storageClass === rule.storageClass)
    const tags = findTags(automata, rule, before)
    if (tags !== undefined) return { rule, tags }
  }
  return undefined
}

function canAct({ selects, countType, countNumber }: EcrLifecycleRule, mostImages: number): boolean {
  if (countType !== 'imageCountMoreThan') return countNumber < longestAgeDays
  // A tag names one image, so a pattern without * selects one image at most.
  const most = Array.isArray(selects) && selects.some(pattern => !pattern.includes('*')) ? 1 : mostImages
  return countNumber < most
}

/** Finds the tags of an image that a rule selects and no rule before it does. */
function findTags(
  automata: readonly Automaton[],
  { selects }: EcrLifecycleRule,
  before: readonly EcrLifecycleRule[],
): string[] | undefined {
  if (selects === 'untagged' || before.some(rule => rule.selects === 'any')) return undefined
  const wanted = selects === 'any' ? [] : selects
  const guards = before.flatMap(rule => (typeof rule.selects === 'string' ? [] : [rule.selects]))
  for (const avoiding of choices(guards)) {
    const tags = findEach(automata, wanted, avoiding)
    if (tags !== undefined) return tags
  }
  return undefined
}

// A rule leaves an image alone if any one of its patterns matches none of the tags.
function choices(guards: readonly (readonly string[])[]): string[][] {
  const number = guards.reduce((product, patterns) => product * patterns.length, 1)
  if (number > mostChoices) {
    throw new UserError(
      doctorErrors['doctor-lifecycle'],
      'too many rules have several patterns for doctor to judge them',
      {
        remedy:
          'Use one pattern per rule: several patterns in one rule must all match, which is rarely meant.',
      },
    )
  }
  return guards.reduce<string[][]>(
    (lists, patterns) => lists.flatMap(list => patterns.map(pattern => [...list, pattern])),
    [[]],
  )
}

/** Finds a tag for each automaton and for each wanted pattern; no tag matches a pattern to avoid. */
function findEach(
  automata: readonly Automaton[],
  wanted: readonly string[],
  avoiding: readonly string[],
): string[] | undefined {
  const tags = new Set<string>()
  for (const automaton of automata) {
    // A tag that also matches a wanted pattern makes a shorter, clearer example.
    const tag =
      wanted.map(pattern => findTag(automaton, [pattern], avoiding)).find(found => found !== undefined) ??
      findTag(automaton, [], avoiding)
    if (tag === undefined) return undefined
    tags.add(tag)
  }
  for (const pattern of wanted) {
    if ([...tags].some(tag => matchesPattern(pattern, tag))) continue
    const tag = automata
      .map(automaton => findTag(automaton, [pattern], avoiding))
      .find(found => found !== undefined)
    if (tag === undefined) return undefined
    tags.add(tag)
  }
  return [...tags]
}
