import { imagesPerRepository } from '../../aws/quotas.ts'
import { UserError } from '../../base/user-error.ts'
import type { ServiceName } from '../../names/service-name.ts'
import { doctorErrors } from '../errors.ts'
import type { EcrLifecycleRule } from './lifecycle-policy.ts'
import { commitTags, releaseTags, type TagLanguage } from './tag-languages.ts'
import { findTag, matchesPattern } from './tag-patterns.ts'

/** A rule that could take a released image away, and the tags of an image that it would. */
export type LifecycleRisk = { readonly rule: EcrLifecycleRule; readonly tags: readonly string[] }

// A hundred years: a rule for older images keeps all of them, which is the way to write such a rule.
const longestAgeDays = 36_500
const mostChoices = 64

/**
 * The first rule that could expire or archive a released image, one with a commit's tag and a release's, at any
 * age and number of images; undefined when none could. An image can carry several tags of both kinds.
 */
export function releasesAtRisk(
  rules: readonly EcrLifecycleRule[],
  service: ServiceName,
  mostImages = imagesPerRepository,
): LifecycleRisk | undefined {
  const languages = [commitTags, releaseTags(service)]
  for (const [index, rule] of rules.entries()) {
    if (!canAct(rule, mostImages)) continue
    const before = rules.slice(0, index).filter(({ storageClass }) => storageClass === rule.storageClass)
    const tags = findTags(languages, rule, before)
    if (tags !== undefined) return { rule, tags }
  }
  return undefined
}

function canAct({ selects, countType, countNumber }: EcrLifecycleRule, mostImages: number): boolean {
  if (countType !== 'imageCountMoreThan') return countNumber < longestAgeDays
  // A tag names one image, so a pattern without * selects one at most.
  const most = Array.isArray(selects) && selects.some(pattern => !pattern.includes('*')) ? 1 : mostImages
  return countNumber < most
}

/** The tags of an image that belongs to a rule: it selects the image, and no rule before it does. */
function findTags(
  languages: readonly TagLanguage[],
  { selects }: EcrLifecycleRule,
  before: readonly EcrLifecycleRule[],
): string[] | undefined {
  if (selects === 'untagged' || before.some(rule => rule.selects === 'any')) return undefined
  const wanted = selects === 'any' ? [] : selects
  const guards = before.flatMap(rule => (typeof rule.selects === 'string' ? [] : [rule.selects]))
  for (const avoiding of choices(guards)) {
    const tags = findEach(languages, wanted, avoiding)
    if (tags !== undefined) return tags
  }
  return undefined
}

// A rule does not select an image when one of its patterns matches none of the tags, whichever that is.
function choices(guards: readonly (readonly string[])[]): string[][] {
  const number = guards.reduce((product, patterns) => product * patterns.length, 1)
  if (number > mostChoices) {
    throw new UserError(
      doctorErrors['doctor-lifecycle'],
      'the rules have too many lists of several patterns to be judged',
      {
        remedy: 'Use one pattern a rule: several of one rule must all match, which is rarely meant.',
      },
    )
  }
  return guards.reduce<string[][]>(
    (lists, patterns) => lists.flatMap(list => patterns.map(pattern => [...list, pattern])),
    [[]],
  )
}

/** One tag of each language, and one for each wanted pattern, none of which matches what is to be avoided. */
function findEach(
  languages: readonly TagLanguage[],
  wanted: readonly string[],
  avoiding: readonly string[],
): string[] | undefined {
  const tags = new Set<string>()
  for (const language of languages) {
    // A tag that also matches what is wanted makes a smaller, clearer witness.
    const tag =
      wanted.map(pattern => findTag(language, [pattern], avoiding)).find(found => found !== undefined) ??
      findTag(language, [], avoiding)
    if (tag === undefined) return undefined
    tags.add(tag)
  }
  for (const pattern of wanted) {
    if ([...tags].some(tag => matchesPattern(pattern, tag))) continue
    const tag = languages
      .map(language => findTag(language, [pattern], avoiding))
      .find(found => found !== undefined)
    if (tag === undefined) return undefined
    tags.add(tag)
  }
  return [...tags]
}
