import type { LifecycleRule, LifecycleRuleAndOperator, LifecycleRuleFilter } from '@aws-sdk/client-s3'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { evaluateS3Lifecycle, type LifecycleObject } from '../../../../scripts/doctor/s3/lifecycle.ts'
import { releasedObjectsAtRisk } from '../../../../scripts/doctor/s3/lifecycle-risk.ts'
import { parseS3Lifecycle, type S3LifecycleRule } from '../../../../scripts/doctor/s3/lifecycle-rules.ts'

const hour = 3_600_000
const start = Date.UTC(2026, 0, 15, 10, 30)
const source = { name: 'the lifecycle', remedy: '' }

const prefix = fc.constantFrom(
  '',
  'r',
  'releases/',
  'releases/service-a-v1',
  'releases/tmp/',
  'builds/',
  'releases/-',
)
const tag = fc.record({
  Key: fc.constantFrom('service', 'commit', 'temporary'),
  Value: fc.constantFrom('service-a', 'yes'),
})
const size = fc.constantFrom(0, 100, 101, 102, 1000)
const filter = fc.oneof(
  fc.constant({}),
  fc.record({ Prefix: prefix }),
  fc.record({ Tag: tag }),
  fc.record({ ObjectSizeGreaterThan: size }),
  fc.record({
    And: fc.record(
      {
        Prefix: prefix,
        Tags: fc.array(tag, { minLength: 1, maxLength: 2 }),
        ObjectSizeGreaterThan: size,
        ObjectSizeLessThan: size,
      },
      { requiredKeys: [] },
    ),
  }),
)
const when = fc.oneof(
  fc.record({ Days: fc.integer({ min: 1, max: 4 }) }),
  fc.integer({ min: -2, max: 4 }).map(days => ({ Date: new Date(Date.UTC(2026, 0, 15 + days)) })),
)
const StorageClass = fc.constantFrom('STANDARD_IA', 'GLACIER_IR', 'GLACIER', 'DEEP_ARCHIVE')
const noncurrent = fc.record(
  { NoncurrentDays: fc.integer({ min: 1, max: 3 }), NewerNoncurrentVersions: fc.integer({ min: 1, max: 2 }) },
  { requiredKeys: ['NoncurrentDays'] },
)
const rule: fc.Arbitrary<LifecycleRule> = fc
  .record(
    {
      Status: fc.constantFrom('Enabled', 'Disabled'),
      Filter: filter,
      Prefix: prefix,
      Expiration: fc.oneof(when, fc.constant({ ExpiredObjectDeleteMarker: true })),
      Transitions: fc.array(
        fc.tuple(when, StorageClass).map(([time, to]) => ({ ...time, StorageClass: to })),
        { maxLength: 2 },
      ),
      NoncurrentVersionExpiration: noncurrent,
      AbortIncompleteMultipartUpload: fc.constant({ DaysAfterInitiation: 1 }),
    },
    { requiredKeys: ['Status', 'Filter'] },
  )
  // A rule has a filter or, in the older form, a prefix.
  .map(({ Prefix, ...rest }) =>
    Object.keys(rest.Filter).length > 0 || Prefix === undefined
      ? rest
      : { ...rest, Filter: undefined, Prefix },
  )

const object: fc.Arbitrary<LifecycleObject> = fc.record(
  {
    key: fc.constantFrom(
      'releases/service-a-v1.0.0.zip',
      'releases/service-b-v2.0.0.json',
      'builds/service-a-0.zip',
    ),
    size: fc.constantFrom(0, 101, 500),
    tags: fc.constantFrom<Record<string, string>>(
      {},
      { service: 'service-a' },
      { service: 'service-a', commit: 'yes' },
      { service: 'service-a', commit: 'yes', temporary: 'yes' },
    ),
    madeAt: fc.integer({ min: -48, max: 48 }).map(hours => start + hours * hour),
    noncurrent: fc.record({
      since: fc.integer({ min: 0, max: 24 }).map(hours => start + hours * hour),
      newerVersions: fc.nat({ max: 2 }),
    }),
  },
  { requiredKeys: ['key', 'size', 'tags', 'madeAt'] },
)

/** What the S3 user guide says that one rule, in the SDK's form, does to one version of an object. */
function modelActions(given: LifecycleRule, one: LifecycleObject, now: number): string[] {
  const filter: LifecycleRuleFilter & LifecycleRuleAndOperator = given.Filter ?? { Prefix: given.Prefix }
  const conditions: typeof filter = filter.And ?? filter
  const { Prefix = '', ObjectSizeGreaterThan, ObjectSizeLessThan, Tags = [], Tag } = conditions
  if (given.Status === 'Disabled' || one.key.slice(0, Prefix.length) !== Prefix) return []
  if (ObjectSizeGreaterThan !== undefined && !(one.size > ObjectSizeGreaterThan)) return []
  if (ObjectSizeLessThan !== undefined && !(one.size < ObjectSizeLessThan)) return []
  for (const { Key = '', Value } of Tag === undefined ? Tags : [Tag]) if (one.tags[Key] !== Value) return []
  const actions: string[] = []
  const passed = (time: { Days?: number | undefined; Date?: Date | undefined }, from: number) => {
    if (time.Date !== undefined) return now >= time.Date.getTime()
    // "… adding the number of days … and rounding the resulting time to the next day midnight UTC."
    const end = new Date(from)
    end.setUTCDate(end.getUTCDate() + (time.Days ?? 0))
    end.setUTCHours(24, 0, 0, 0)
    return now >= end.getTime()
  }
  if (one.noncurrent === undefined) {
    if (
      given.Expiration &&
      !given.Expiration.ExpiredObjectDeleteMarker &&
      passed(given.Expiration, one.madeAt)
    )
      actions.push('expire')
    for (const transition of given.Transitions ?? [])
      if (passed(transition, one.madeAt)) actions.push(transition.StorageClass ?? '')
  } else if (given.NoncurrentVersionExpiration !== undefined) {
    const { NoncurrentDays, NewerNoncurrentVersions } = given.NoncurrentVersionExpiration
    const enough =
      NewerNoncurrentVersions === undefined || one.noncurrent.newerVersions >= NewerNoncurrentVersions
    if (enough && passed({ Days: NoncurrentDays }, one.noncurrent.since)) actions.push('expire')
  }
  return actions
}

const soon = fc.oneof(
  fc.integer({ min: 0, max: 8 * 24 }).map(hours => start + hours * hour),
  fc.integer({ min: 0, max: 8 }).map(days => Date.UTC(2026, 0, 15 + days)),
)

it('evaluates rules as the documentation says', () => {
  fc.assert(
    fc.property(fc.array(rule, { maxLength: 3 }), object, soon, (given, one, now) => {
      const due = evaluateS3Lifecycle(parseS3Lifecycle(given, source), one, now)
      const expected = given.flatMap(each => modelActions(each, one, now))
      expect(due.map(({ action }) => (action.does === 'expire' ? 'expire' : action.to))).toEqual(expected)
    }),
    { numRuns: 500 },
  )
})

/** Every kind of object that promote and yank store and that a rule's filter can tell apart. */
function releasedObjects({
  prefix: given,
  tags,
  largerThan,
  smallerThan,
}: S3LifecycleRule): LifecycleObject[] {
  const keys = ['releases/service-a-v1.0.0.zip', 'releases/yanked/b-v1.0.0.json', given]
  const sizes = [0, 100, largerThan + 1, smallerThan - 1].filter(one => one >= 0 && Number.isFinite(one))
  const all = Object.fromEntries(tags.map(({ key, value }) => [key, value]))
  const own = Object.fromEntries(Object.entries(all).filter(([key]) => key !== 'temporary'))
  return keys
    .filter(key => /^releases\/(?:yanked\/)?([a-z][0-9A-Za-z.-]*)?$/.test(key))
    .flatMap(key => sizes.map(one => ({ key, size: one, tags: own, madeAt: 0 })))
}

it('finds every rule that could delete a part of a release, and no other', () => {
  const late = Date.UTC(2100, 0, 1)
  fc.assert(
    fc.property(fc.array(rule, { maxLength: 3 }), given => {
      const rules = parseS3Lifecycle(given, source)
      const { current, noncurrent: earlier } = releasedObjectsAtRisk(rules)
      const brute = (noncurrentToo: object) =>
        rules.flatMap(one =>
          one.actions
            .filter(({ does }) => does !== 'move')
            .filter(action =>
              releasedObjects(one).some(each =>
                evaluateS3Lifecycle([one], { ...each, ...noncurrentToo }, late).some(
                  due => due.action === action,
                ),
              ),
            ),
        )
      expect(current.map(({ action }) => action)).toEqual(brute({}))
      expect(earlier.map(({ action }) => action)).toEqual(
        brute({ noncurrent: { since: 0, newerVersions: 100 } }),
      )
    }),
    { numRuns: 300 },
  )
})

const enabled = { Status: 'Enabled' }
const expire = { Expiration: { Days: 30 } }

it.each([
  ['every key', { ...enabled, ...expire, Filter: {} }, 'current'],
  ['every key, with the older prefix', { ...enabled, ...expire, Prefix: '' }, 'current'],
  ['builds', { ...enabled, ...expire, Filter: { Prefix: 'builds/' } }, undefined],
  ['a disabled rule', { Status: 'Disabled', ...expire, Filter: {} }, undefined],
  ['small files', { ...enabled, ...expire, Filter: { ObjectSizeLessThan: 1000 } }, 'current'],
  [
    'no size at all',
    { ...enabled, ...expire, Filter: { And: { ObjectSizeGreaterThan: 9, ObjectSizeLessThan: 10 } } },
    undefined,
  ],
  [
    'a tag of ours',
    { ...enabled, ...expire, Filter: { Tag: { Key: 'service', Value: 'service-a' } } },
    'current',
  ],
  [
    'a tag that we do not give',
    { ...enabled, ...expire, Filter: { Tag: { Key: 'temporary', Value: 'yes' } } },
    'foreignTag',
  ],
  ['a date', { ...enabled, Filter: {}, Expiration: { Date: new Date('2030-01-01') } }, 'current'],
  [
    'lone delete markers',
    { ...enabled, Filter: {}, Expiration: { ExpiredObjectDeleteMarker: true } },
    undefined,
  ],
  [
    'an archive',
    { ...enabled, Filter: {}, Transitions: [{ Days: 0, StorageClass: 'DEEP_ARCHIVE' }] },
    'current',
  ],
  [
    'a cheaper class',
    { ...enabled, Filter: {}, Transitions: [{ Days: 0, StorageClass: 'GLACIER_IR' }] },
    undefined,
  ],
  [
    'earlier versions',
    { ...enabled, Filter: {}, NoncurrentVersionExpiration: { NoncurrentDays: 1 } },
    'noncurrent',
  ],
  [
    'incomplete uploads',
    { ...enabled, Filter: {}, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } },
    undefined,
  ],
] as const)('what a rule for %s puts at risk', (_, given, kind) => {
  const risks = releasedObjectsAtRisk(parseS3Lifecycle([given], source))
  expect(Object.entries(risks).flatMap(([name, found]) => (found.length > 0 ? [name] : []))).toEqual(
    kind === undefined ? [] : [kind],
  )
})

it.each([
  ['an unknown field', { ...enabled, Filter: {}, Renewal: {} }],
  ['an unknown filter', { ...enabled, Filter: { Owner: 'me' } }],
  ['an unknown class', { ...enabled, Filter: {}, Transitions: [{ Days: 0, StorageClass: 'ATTIC' }] }],
  ['an unknown status', { Status: 'Paused', Filter: {} }],
  ['no time', { ...enabled, Filter: {}, Transitions: [{ StorageClass: 'GLACIER' }] }],
  ['two times', { ...enabled, Filter: {}, Expiration: { Days: 1, Date: new Date() } }],
])('a rule with %s is not judged', (_, given) => {
  expect(() => parseS3Lifecycle([given], source)).toThrow('the lifecycle is not valid')
})
