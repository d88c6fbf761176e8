/** What a condition of an IAM policy compares: operator, key, values. */
export type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>

/** A statement of a role's policy. */
export type Statement = {
  readonly Sid: string
  readonly Effect: 'Allow' | 'Deny'
  readonly Action: readonly string[]
  readonly Resource: readonly string[]
  readonly Condition?: Condition
}

/** A statement that allows some actions on some resources, under a condition when one is given. */
export function allow(
  Sid: string,
  Action: readonly string[],
  Resource: readonly string[],
  Condition?: Condition,
): Statement {
  const statement = { Sid, Effect: 'Allow', Action, Resource } as const
  return Condition === undefined ? statement : { ...statement, Condition }
}
