import fc from 'fast-check'
import { expect, it } from 'vitest'
import { imagesPerRepository } from '../../../../scripts/aws/quotas.ts'
import { evaluateLifecycle, type LifecycleImage } from '../../../../scripts/doctor/ecr/lifecycle.ts'
import { type EcrLifecycleRule, parseEcrLifecycle } from '../../../../scripts/doctor/ecr/lifecycle-policy.ts'
import { releasesAtRisk } from '../../../../scripts/doctor/ecr/lifecycle-risk.ts'
import { service } from '../../samples.ts'
import { actingRule, meets } from './lifecycle-model.ts'

const day = 86_400_000
const now = 40_000 * day
const commits = ['0', '1', 'a'].map(digit => digit.repeat(40))
const releases = ['1.0.0', '1.0.0-rc.1', '2.0.0'].map(version => `service-a-v${version}`)
const patterns = fc.constantFrom(
  ...['*', '*-v*', 'service-a-v*', 'service-a-v1*', '*-rc.*', '*.0', 'service-b-v*'],
  ...['0*', '*a', '*0*', '*-*', 'latest', releases[0] as string, commits[0] as string],
)
const small = fc.integer({ min: 1, max: 4 })

const counted = fc.oneof(
  fc.record({ countType: fc.constant('imageCountMoreThan' as const), countNumber: small }),
  fc.record({
    countType: fc.constantFrom('sinceImagePushed' as const, 'sinceImagePulled' as const),
    countNumber: fc.oneof(small, fc.constant(40_000)),
  }),
)
const standardRule = fc.tuple(
  counted,
  fc.record({
    storageClass: fc.constant('standard' as const),
    selects: fc.oneof(
      { weight: 4, arbitrary: fc.array(patterns, { minLength: 1, maxLength: 2 }) },
      { weight: 1, arbitrary: fc.constantFrom('untagged' as const, 'any' as const) },
    ),
    action: fc.constantFrom('expire' as const, 'transition' as const),
  }),
)
const archiveRule = fc.tuple(
  fc.record({ countType: fc.constant('sinceImageTransitioned' as const), countNumber: small }),
  fc.record({
    storageClass: fc.constant('archive' as const),
    selects: fc.oneof(fc.array(patterns, { minLength: 1, maxLength: 1 }), fc.constant('any' as const)),
    action: fc.constant('expire' as const),
  }),
)
const policy: fc.Arbitrary<EcrLifecycleRule[]> = fc
  .array(fc.oneof({ weight: 4, arbitrary: standardRule }, { weight: 1, arbitrary: archiveRule }), {
    maxLength: 4,
  })
  .map(rules => rules.map(([count, rest], index) => ({ priority: index + 1, ...count, ...rest })))

const moment = fc.integer({ min: 0, max: 8 }).map(age => now - age * day)
const image = fc.record(
  {
    tags: fc.subarray([...commits, ...releases, 'latest']),
    pulledAt: moment,
    archivedAt: moment,
    namedBy: fc.subarray(['image 0', 'image 9']),
  },
  { requiredKeys: ['tags'] },
)
// One push after the other, because the order of simultaneous pushes is not documented.
const images = fc
  .array(fc.tuple(image, fc.integer({ min: 1, max: 2 * day })), { maxLength: 6 })
  .map(all =>
    all.map(([one, gap], index): LifecycleImage => ({ ...one, digest: `image ${index}`, pushedAt: gap })),
  )
  .map(all => all.map((one, index) => ({ ...one, pushedAt: now - index * 2 * day - one.pushedAt })))

it('evaluates rules as the documentation says', () => {
  fc.assert(
    fc.property(policy, images, (rules, all) => {
      const acting = evaluateLifecycle(rules, all, now)
      for (const one of all) expect(acting.get(one)).toBe(actingRule(rules, all, one, now))
    }),
    { numRuns: 300 },
  )
})

// Small enough to fill a repository.
const mostImages = 4

/** A full repository in which a rule acts on an image with these tags, if any rule ever would. */
function repositoriesWith(tags: readonly string[], rules: readonly EcrLifecycleRule[]): LifecycleImage[][] {
  const long = 36_400 * day
  const ages = [{}, { archivedAt: now - long }]
  return ages.flatMap(age => {
    const one = { digest: 'released', tags, pushedAt: now - long, ...age }
    return rules.map(rule => [one, ...others(rule)])
  })
}

/** As many younger images as fit beside one, all selected by a rule; a tag names only one image. */
function others({ selects }: EcrLifecycleRule): LifecycleImage[] {
  if (selects !== 'untagged' && selects !== 'any' && selects.some(pattern => !pattern.includes('*')))
    return []
  return Array.from({ length: mostImages - 1 }, (_, index) => {
    const tags =
      typeof selects === 'string' ? [] : selects.map(pattern => pattern.replaceAll('*', `x${index}x`))
    return { digest: `other ${index}`, tags, pushedAt: now - index }
  })
}

function firstActing(tags: readonly string[], rules: readonly EcrLifecycleRule[]): number {
  const priorities = repositoriesWith(tags, rules).flatMap(all => {
    const rule = actingRule(rules, all, all[0] as LifecycleImage, now)
    return rule === undefined ? [] : [rule.priority]
  })
  return Math.min(...priorities)
}

const nonEmpty = (all: readonly string[]) =>
  Array.from({ length: 2 ** all.length - 1 }, (_, bits) => all.filter((_, at) => ((bits + 1) >> at) & 1))
const released = nonEmpty(commits).flatMap(some => nonEmpty(releases).map(more => [...some, ...more]))

it('finds the first rule that could delete a released image, with the tags of such an image', () => {
  let risks = 0
  fc.assert(
    fc.property(policy, rules => {
      const risk = releasesAtRisk(rules, service('service-a'), mostImages)
      const brute = Math.min(...released.map(tags => firstActing(tags, rules)))
      expect(risk?.rule.priority ?? Number.POSITIVE_INFINITY).toBeLessThanOrEqual(brute)
      if (risk === undefined) return
      risks++
      expect(risk.tags.some(tag => /^[0-9a-f]{40}$/.test(tag))).toBe(true)
      expect(risk.tags.some(tag => tag.startsWith('service-a-v'))).toBe(true)
      expect(firstActing(risk.tags, rules)).toBe(risk.rule.priority)
      const archived = risk.rule.storageClass === 'archive' ? { archivedAt: 0 } : {}
      expect(meets(risk.rule, { digest: '', tags: risk.tags, pushedAt: 0, ...archived })).toBe(true)
    }),
    { numRuns: 100 },
  )
  expect(risks).toBeGreaterThan(20)
})

const tagged = (...list: string[]) => ({ tagStatus: 'tagged', tagPatternList: list })
const older = (days: number) => ({ countType: 'sinceImagePushed', countUnit: 'days', countNumber: days })
const more = (number: number) => ({ countType: 'imageCountMoreThan', countNumber: number })
const printed = (...selections: object[]) =>
  JSON.stringify({
    rules: selections.map((selection, index) => ({
      rulePriority: index + 1,
      selection,
      action: { type: 'expire' },
    })),
  })
const source = { name: 'the policy', remedy: '' }
const keep = { ...tagged('*-v*'), ...more(imagesPerRepository) }
const any = { tagStatus: 'any', ...older(30) }

it.each([
  ['no rule', printed(), undefined],
  ['old images of any kind', printed(any), 1],
  ['old images of any kind after a rule that keeps releases', printed(keep, any), undefined],
  [
    'a rule that keeps only some releases',
    printed({ ...tagged('*-v1.*'), ...more(imagesPerRepository) }, any),
    2,
  ],
  [
    'a rule that keeps images with two patterns, which no release matches both of',
    printed({ ...tagged('service-a-v*', 'service-b-v*'), ...more(imagesPerRepository) }, any),
    2,
  ],
  ['a keeping rule that keeps a thousand', printed({ ...tagged('*-v*'), ...more(1000) }), 1],
  [
    'a keeping rule that keeps what is younger than a hundred years',
    printed({ ...tagged('*-v*'), ...older(36_500) }, any),
    undefined,
  ],
  ['untagged images', printed({ tagStatus: 'untagged', ...older(1) }), undefined],
  ['tags of pull requests', printed({ ...tagged('pr-*'), ...older(14) }), undefined],
  ['releases of another service', printed({ ...tagged('service-b-v*'), ...older(14) }), undefined],
  ['pre-releases', printed({ ...tagged('*-rc.*'), ...older(14) }), 1],
  ['commits by their first digit', printed({ ...tagged('0*'), ...older(14) }), 1],
  [
    'one tag by its name, more than one of it',
    printed({ ...tagged('service-a-v1.0.0'), ...more(1) }),
    undefined,
  ],
  ['the second release of one image', printed({ ...tagged('*-v1*', '*-v2*'), ...older(14) }), 1],
])('releases are at risk from: %s', (_, text, priority) => {
  expect(releasesAtRisk(parseEcrLifecycle(text, source), service('service-a'))?.rule.priority).toBe(priority)
})

it('archiving, and expiring from the archive, is a risk too', () => {
  const rules = [
    {
      rulePriority: 1,
      selection: { tagStatus: 'any', countType: 'sinceImagePulled', countUnit: 'days', countNumber: 90 },
      action: { type: 'transition', targetStorageClass: 'archive' },
    },
    {
      rulePriority: 2,
      selection: {
        tagStatus: 'any',
        storageClass: 'archive',
        ...older(365),
        countType: 'sinceImageTransitioned',
      },
      action: { type: 'expire' },
    },
  ]
  const parsed = parseEcrLifecycle(JSON.stringify({ rules }), source)
  expect(releasesAtRisk(parsed, service('service-a'))?.rule.action).toBe('transition')
  expect(releasesAtRisk(parsed.slice(1), service('service-a'))?.rule.storageClass).toBe('archive')
})

it('rules that would take too long to judge are refused', () => {
  const pair = { ...tagged('a*', 'b*'), ...more(imagesPerRepository) }
  const rules = parseEcrLifecycle(printed(pair, pair, pair, pair, pair, pair, pair, any), source)
  expect(() => releasesAtRisk(rules, service('service-a'))).toThrow('too many rules')
})

it.each([
  ['invalid JSON', '{', 'is not JSON'],
  ['no rules', '{}', 'rules'],
  ['an unknown field', printed({ ...any, tagAge: 3 }), 'has an unknown field'],
  ['an unknown count', printed({ ...any, countType: 'sinceImageScanned' }), 'countType'],
  ['an unknown unit', printed({ ...any, countUnit: 'weeks' }), 'countUnit'],
  ['no number', printed({ ...any, countNumber: 0 }), 'countNumber'],
  ['an unknown status', printed({ ...any, tagStatus: 'signed' }), 'tagStatus'],
  ['tagged without tags', printed({ ...any, tagStatus: 'tagged' }), 'either tagPatternList or tagPrefixList'],
  ['both lists', printed({ ...tagged('a*'), tagPrefixList: ['a'], ...older(1) }), 'either tagPatternList'],
  [
    'a prefix with a wildcard',
    printed({ tagStatus: 'tagged', tagPrefixList: ['a*'], ...older(1) }),
    'tagPrefixList',
  ],
  ['any before another rule', printed(any, keep), 'any must have the highest rulePriority'],
  [
    'the standard class for archived images',
    printed({ ...any, countType: 'sinceImageTransitioned' }),
    'storageClass',
  ],
  ['an unknown action', printed(any).replace('"expire"', '"delete"'), 'action'],
  [
    'one priority twice',
    printed(keep, any).replace('"rulePriority":2', '"rulePriority":1'),
    'same rulePriority',
  ],
])('a policy with %s is not judged', (_, text, problem) => {
  expect(() => parseEcrLifecycle(text, source)).toThrow(problem)
})

it('a prefix is a pattern with any ending', () => {
  const [rule] = parseEcrLifecycle(
    printed({ tagStatus: 'tagged', tagPrefixList: ['v'], ...older(1) }),
    source,
  )
  expect(rule).toMatchObject({ selects: ['v*'], storageClass: 'standard', action: 'expire' })
})
