import { checkContainerNumber } from './container-number.ts'

/** A consignment whose containers were all checked. */
export type Consignment = {
  readonly consignment: string
  readonly containers: readonly string[]
}

/** A message that is no valid consignment; it names everything that is wrong with it. */
export class ConsignmentError extends Error {
  override readonly name = 'ConsignmentError'
}

/** Reads a consignment from a message's JSON; throws a ConsignmentError. */
export function readConsignment(body: string): Consignment {
  const { consignment, containers } = parseObject(body)
  if (typeof consignment !== 'string' || !/^[A-Za-z0-9-]{1,40}$/.test(consignment)) {
    throw new ConsignmentError('consignment must be 1 to 40 letters, digits and hyphens')
  }
  if (!Array.isArray(containers) || containers.length === 0) {
    throw new ConsignmentError('containers must be a list with at least one number')
  }
  return { consignment, containers: checkAll(containers) }
}

function checkAll(containers: readonly unknown[]): readonly string[] {
  const results = containers.map(container => checkContainerNumber(String(container)))
  const problems = results.flatMap(result => (result.ok ? [] : [result.problem]))
  if (problems.length > 0) throw new ConsignmentError(problems.join('; '))
  return [...new Set(results.flatMap(result => (result.ok ? [result.number] : [])))].sort()
}

function parseObject(body: string): Readonly<Record<string, unknown>> {
  const value = parseJson(body)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  throw new ConsignmentError('the message must be a JSON object')
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    throw new ConsignmentError('the message is not valid JSON')
  }
}
