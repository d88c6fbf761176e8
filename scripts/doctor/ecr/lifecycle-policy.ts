import { z } from 'zod'
import { type JsonSource, parseJson } from '../../base/parse-json.ts'

// Amazon ECR user guide, "Lifecycle policy properties". A policy with anything else is refused, not judged.
const patterns = z.array(z.string().regex(/^[0-9A-Za-z._*-]{1,128}$/)).min(1)
const prefixes = z.array(z.string().regex(/^[0-9A-Za-z._-]{1,128}$/)).min(1)
const days = {
  countUnit: z.literal('days'),
  countNumber: z.int().positive(),
}
const storageClass = z.literal('standard').default('standard')
const count = z.discriminatedUnion('countType', [
  z.object({ countType: z.literal('imageCountMoreThan'), storageClass, countNumber: z.int().positive() }),
  z.object({ countType: z.literal('sinceImagePushed'), storageClass, ...days }),
  z.object({ countType: z.literal('sinceImagePulled'), storageClass, ...days }),
  z.object({ countType: z.literal('sinceImageTransitioned'), storageClass: z.literal('archive'), ...days }),
])
const whichTags = z.discriminatedUnion('tagStatus', [
  z.object({
    tagStatus: z.literal('tagged'),
    tagPatternList: patterns.optional(),
    tagPrefixList: prefixes.optional(),
  }),
  z.object({ tagStatus: z.literal('untagged') }),
  z.object({ tagStatus: z.literal('any') }),
])
const known = [
  'tagStatus',
  'tagPatternList',
  'tagPrefixList',
  'storageClass',
  'countType',
  'countUnit',
  'countNumber',
]
const selection = z
  .looseObject({ tagStatus: z.string() })
  .refine(fields => Object.keys(fields).every(name => known.includes(name)), 'has an unknown field')
  .refine(
    ({ tagStatus, tagPatternList, tagPrefixList }) =>
      [tagPatternList, tagPrefixList].filter(list => list !== undefined).length ===
      (tagStatus === 'tagged' ? 1 : 0),
    'must have either tagPatternList or tagPrefixList when tagStatus is tagged, and neither otherwise',
  )
  .pipe(z.intersection(whichTags, count))
const action = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('expire') }),
  z.strictObject({ type: z.literal('transition'), targetStorageClass: z.literal('archive') }),
])
const rule = z
  .strictObject({
    rulePriority: z.int().positive(),
    description: z.string().optional(),
    selection,
    action,
  })
  .transform(
    ({ rulePriority, selection: selected, action: { type } }): EcrLifecycleRule => ({
      priority: rulePriority,
      selects: selects(selected),
      storageClass: selected.storageClass,
      countType: selected.countType,
      countNumber: selected.countNumber,
      action: type,
    }),
  )
const policy = z
  .strictObject({ rules: z.array(rule) })
  .transform(({ rules }) => rules.toSorted((a, b) => a.priority - b.priority))
  .refine(
    rules => new Set(rules.map(({ priority }) => priority)).size === rules.length,
    'two rules have the same rulePriority',
  )
  .refine(
    rules =>
      rules.every((one, index) => one.selects !== 'any' || !rules.slice(index + 1).some(sameClass(one))),
    'a rule with the tagStatus any must have the highest rulePriority',
  )

/** A rule of an ECR lifecycle policy. */
export type EcrLifecycleRule = {
  readonly priority: number
  /** `any`, `untagged`, or patterns; each pattern must match one of the image's tags. */
  readonly selects: 'any' | 'untagged' | readonly string[]
  readonly storageClass: 'standard' | 'archive'
  readonly countType: z.output<typeof count>['countType']
  /** Images, or days. */
  readonly countNumber: number
  readonly action: 'expire' | 'transition'
}

/** Parses a lifecycle policy, in the order of priority; anything unknown in it is a `UserError`. */
export function parseEcrLifecycle(text: string, source: JsonSource): EcrLifecycleRule[] {
  return parseJson(text, policy, source)
}

function selects(selected: z.output<typeof whichTags>): EcrLifecycleRule['selects'] {
  if (selected.tagStatus !== 'tagged') return selected.tagStatus
  return selected.tagPatternList ?? (selected.tagPrefixList ?? []).map(prefix => `${prefix}*`)
}

function sameClass(one: EcrLifecycleRule) {
  return (other: EcrLifecycleRule) => other.storageClass === one.storageClass
}
