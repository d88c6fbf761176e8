import { isDeepStrictEqual } from 'node:util'
import { type Place, s3Arn } from './arn.ts'

/** The condition of a statement: operator, key, values. */
export type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>

/** A statement of an IAM policy, spelled as IAM spells it. */
export type PolicyStatement = {
  readonly Sid?: string
  readonly Effect: 'Allow' | 'Deny'
  /** Who it is about, in a trust policy or the policy of a bucket or repository. */
  readonly Principal?: '*' | Readonly<Record<string, string | readonly string[]>>
  readonly Action?: string | readonly string[]
  readonly NotAction?: readonly string[]
  readonly Resource?: string | readonly string[]
  readonly Condition?: Condition
}

/** A statement of a role's policy, with a name. */
export type Statement = PolicyStatement & {
  readonly Sid: string
  readonly Action: readonly string[]
  readonly Resource: readonly string[]
}

/** Allows actions on resources, under a condition if one is given. */
export function allow(
  Sid: string,
  Action: readonly string[],
  Resource: readonly string[],
  Condition?: Condition,
): Statement {
  return { Sid, Effect: 'Allow', Action, Resource, ...(Condition === undefined ? {} : { Condition }) }
}

/** Each thing once, by its name. Two different ones of one name are a bug: a right would get lost. */
export function oncePerName<Thing>(all: readonly Thing[], nameOf: (thing: Thing) => string): Thing[] {
  const byName = new Map<string, Thing>()
  for (const thing of all) {
    const same = byName.get(nameOf(thing))
    if (same !== undefined && !isDeepStrictEqual(same, thing))
      throw new TypeError(`two different rights are called ${nameOf(thing)}`)
    byName.set(nameOf(thing), thing)
  }
  return [...byName.values()]
}

/** Joins statements of the same name: the same actions on the resources of all, under the conditions of all. */
export function mergeStatements(all: readonly Statement[]): Statement[] {
  const groups = Map.groupBy(all, ({ Sid, Action }) => `${Sid} ${Action.join(' ')}`)
  return [...groups.values()].map(same => {
    const [{ Sid, Action } = unnamed] = same
    const conditions = same.flatMap(({ Condition }) => (Condition === undefined ? [] : [Condition]))
    return allow(Sid, Action, [...new Set(same.flatMap(one => one.Resource))], mergeConditions(conditions))
  })
}

const unnamed: Statement = { Sid: '', Effect: 'Allow', Action: [], Resource: [] }

function mergeConditions(all: readonly Condition[]): Condition | undefined {
  if (all.length === 0) return undefined
  const merged: Record<string, Record<string, string | readonly string[]>> = {}
  for (const [operator, keys] of all.flatMap(one => Object.entries(one)))
    for (const [key, values] of Object.entries(keys)) {
      const known = merged[operator] ?? {}
      const both = [...new Set([known[key] ?? [], values].flat())]
      merged[operator] = { ...known, [key]: both.length === 1 ? (both[0] as string) : both }
    }
  return merged
}

/** The same without a name, for the policies that services get. */
export function allowUnnamed(Action: readonly string[], Resource: readonly string[]): PolicyStatement {
  return { Effect: 'Allow', Action, Resource }
}

/** Denies everything that reaches a bucket over an unencrypted connection. */
export function tlsOnly(place: Pick<Place, 'region'>, bucket: string): PolicyStatement {
  return {
    Sid: 'TlsOnly',
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: [s3Arn(place, bucket), s3Arn(place, bucket, '*')],
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  }
}

/**
 * Denies replacing an object, whoever asks. Also denies each multipart upload: its first request cannot have the header,
 * and Waybill needs none (Amazon S3 user guide, "Enforce conditional writes on Amazon S3 buckets").
 */
export function writeOnce(resources: readonly string[]): PolicyStatement {
  return {
    Sid: 'WriteOnce',
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:PutObject',
    Resource: resources,
    Condition: { Null: { 's3:if-none-match': 'true' } },
  }
}

/** Prints a policy as IAM takes it. */
export function printPolicy(statements: readonly PolicyStatement[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements })
}

/** Whether two printed policies say the same. AWS may give lists back in another order, and a list of one as a text. */
export function samePolicy(a: string | undefined, b: string | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && isDeepStrictEqual(ordered(a), ordered(b)))
}

function ordered(policy: string): unknown {
  return JSON.parse(policy, (_, value) => {
    if (Array.isArray(value)) return value.length === 1 ? value[0] : value.toSorted(byText)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).toSorted(byText))
  })
}

function byText(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1
}

/** The size of a policy as AWS counts it. */
export function policySize(statements: readonly PolicyStatement[]): number {
  return textSize(printPolicy(statements))
}

/** The size of a printed policy as AWS counts it: white space is free. */
export function textSize(policy: string): number {
  return Buffer.byteLength(policy.replace(/\s/g, ''))
}
