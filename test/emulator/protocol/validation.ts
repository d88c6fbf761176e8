import type { z } from 'zod'
import { AwsError } from './protocol.ts'

/** One thing wrong with a request: where it is, what stands there, and what AWS asks of it. */
export type Problem = {
  path: string
  value: string
  constraint: string
  /** The error's code, where it is not the one that the service has for validation. */
  code?: string
}

/** How a service words what is wrong with a request: each member's problems come first, and what is said of several last. */
export type ValidationWording = (problems: Problem[]) => AwsError

type Issue = z.core.$ZodIssue

/**
 * Reads an operation's input with its schema, or throws the service's own validation error for all that is wrong.
 * A value of another type never gets as far as validation in AWS: that is an error of the protocol.
 */
export function readInput<T extends z.ZodType>(
  schema: T,
  input: unknown,
  refuse: ValidationWording,
  mistypedCode = 'SerializationException',
): z.output<T> {
  const result = schema.safeParse(input, { reportInput: true })
  if (result.success) return result.data
  const { issues } = result.error
  const mistyped = issues.find(issue => issue.code === 'invalid_type' && issue.input !== undefined)
  if (mistyped) throw new AwsError(mistypedCode, 400, mistypedMessage(mistyped))
  // AWS looks at each member by itself before it looks at what several say together.
  const problems = issues.map(describe)
  const isWhole = ({ path }: Problem) => path === ''
  throw refuse([...problems.filter(one => !isWhole(one)), ...problems.filter(isWhole)])
}

/**
 * The words that most services share, for example `1 validation error detected: Value null at 'functionName' failed
 * to satisfy constraint: Member must not be null`; what a schema says about several members at once stands alone, with
 * its own code where it has one.
 */
export function refusalFor(problems: Problem[]): { code?: string; message: string } {
  const members = problems.filter(({ path }) => path !== '')
  const [first] = problems
  if (first !== undefined && members.length === 0)
    return { ...(first.code === undefined ? {} : { code: first.code }), message: first.constraint }
  const count = members.length === 1 ? '1 validation error' : `${members.length} validation errors`
  const each = members.map(
    ({ path, value, constraint }) =>
      `Value ${value} at '${path}' failed to satisfy constraint: ${constraint.startsWith('Map') ? '' : 'Member '}${constraint}`,
  )
  return { message: `${count} detected: ${each.join('; ')}` }
}

/**
 * Refuses, inside a schema, what several members say together. Only the first such problem is answered, as AWS
 * does; `code` is the error's where it is not the one that the service has for validation.
 */
export function refuseWhen(context: z.RefinementCtx, isWrong: boolean, message: string, code?: string): void {
  if (isWrong)
    context.addIssue({ code: 'custom', message, ...(code === undefined ? {} : { params: { code } }) })
}

function describe(issue: Issue): Problem {
  if (issue.code === 'custom') {
    const code = issue.params?.code
    const whole = { path: '', value: '', constraint: issue.message }
    return typeof code === 'string' ? { ...whole, code } : whole
  }
  return { path: printPath(issue.path), value: printValue(issue.input), constraint: constraintOf(issue) }
}

function constraintOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return 'must not be null'
    case 'too_small':
      return `must have ${measure(issue.origin)} greater than or equal to ${issue.minimum}`
    case 'too_big':
      return `must have ${measure(issue.origin)} less than or equal to ${issue.maximum}`
    case 'invalid_value':
      return issue.input === undefined
        ? 'must not be null'
        : `must satisfy enum value set: [${issue.values.map(String).join(', ')}]`
    case 'invalid_format':
      return `must satisfy regular expression pattern: ${issue.pattern ?? issue.format}`
    case 'invalid_key':
      return `Map keys must satisfy constraint: [Member ${issue.issues.map(constraintOf).join(', ')}]`
    default:
      return issue.message
  }
}

function measure(origin: string): string {
  return origin === 'string' || origin === 'array' || origin === 'record' || origin === 'map'
    ? 'length'
    : 'value'
}

/** AWS counts from 1, calls an element `member`, and begins a name with a small letter. */
function printPath(path: PropertyKey[]): string {
  const names = path.map(part => {
    if (typeof part === 'number') return `${part + 1}.member`
    const name = String(part)
    return name.charAt(0).toLowerCase() + name.slice(1)
  })
  return names.join('.') || 'input'
}

function printValue(value: unknown): string {
  if (value === undefined || value === null) return 'null'
  return `'${typeof value === 'object' ? JSON.stringify(value) : String(value)}'`
}

function mistypedMessage({ path, input, message }: Issue): string {
  const kind = Array.isArray(input) ? 'array' : typeof input
  return `${printPath(path)}: a JSON ${kind} is not what the member takes. ${message}`
}
