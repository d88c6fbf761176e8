import { AwsError } from '../protocol/protocol.ts'

/** A parameter that must be there, or IAM's `ValidationError`. */
export function required(input: URLSearchParams, name: string, pattern = /^.+$/s): string {
  const value = input.get(name) ?? ''
  if (pattern.test(value)) return value
  throw new AwsError(
    'ValidationError',
    400,
    `1 validation error detected: Value '${value}' at '${name}' failed to satisfy constraint: ${pattern.source}`,
  )
}

/** The name of a role or of a policy (IAM API reference, CreateRole and PutRolePolicy). */
export function entityName(input: URLSearchParams, name: string): string {
  return required(input, name, name === 'RoleName' ? /^[\w+=,.@-]{1,64}$/ : /^[\w+=,.@-]{1,128}$/)
}

/** A policy that is at least JSON with statements. */
export function policyDocument(input: URLSearchParams, name: string): string {
  const text = required(input, name)
  try {
    const policy = JSON.parse(text) as { Statement?: unknown }
    if (typeof policy.Statement === 'object' && policy.Statement !== null) return text
  } catch {}
  throw new AwsError('MalformedPolicyDocument', 400, 'Syntax errors in policy.')
}

/** The members of a list: `name.member.1`, `name.member.2` and so on. */
export function members(input: URLSearchParams, name: string): string[] {
  return numbered(index => input.get(`${name}.member.${index}`))
}

/** Tags, as the query protocol writes them. */
export function tagsIn(input: URLSearchParams): [string, string][] {
  return numbered(index => input.get(`Tags.member.${index}.Key`)).map((key, position) => [
    key,
    input.get(`Tags.member.${position + 1}.Value`) ?? '',
  ])
}

function numbered(read: (index: number) => string | null): string[] {
  const values: string[] = []
  for (let value = read(1); value !== null; value = read(values.length + 1)) values.push(value)
  return values
}
