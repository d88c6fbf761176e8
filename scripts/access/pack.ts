import { inlinePolicyCharacters, managedPolicyCharacters } from '../aws/quotas.ts'
import { policySize, type Statement } from '../aws/statements.ts'
import type { CiRole } from './roles.ts'

/** The policies of a role: two inline ones, or managed ones where those would not fit. */
export type Packed = {
  readonly inline: readonly {
    readonly name: 'scripts' | 'terraform'
    readonly statements: readonly Statement[]
  }[]
  readonly managed: readonly (readonly Statement[])[]
}

/** Puts the rights of a role into policies that IAM takes. */
export function packRights({ scripts, terraform }: Pick<CiRole, 'scripts' | 'terraform'>): Packed {
  const inline = [
    { name: 'scripts', statements: scripts },
    { name: 'terraform', statements: terraform },
  ] as const
  const given = inline.filter(({ statements }) => statements.length > 0)
  const size = given.reduce((sum, { statements }) => sum + policySize(statements), 0)
  if (size <= inlinePolicyCharacters) return { inline: given, managed: [] }
  return { inline: [], managed: pack([...scripts, ...terraform]) }
}

/** Fills one policy after the other. A statement that is too long for any is divided by its resources. */
function pack(statements: readonly Statement[]): Statement[][] {
  const policies: Statement[][] = []
  const waiting = [...statements]
  while (true) {
    const next = waiting.shift()
    if (next === undefined) return policies
    const last = policies.at(-1)
    if (last !== undefined && fits([...last, next])) last.push(named(next, last))
    else if (fits([next])) policies.push([next])
    else if (next.Resource.length > 1) waiting.unshift(...halves(next))
    // No role can have it: the check of all policies says so.
    else policies.push([next])
  }
}

function fits(statements: readonly Statement[]): boolean {
  // Room for the number that a second statement of the same name gets.
  return policySize(statements) + 2 * statements.length <= managedPolicyCharacters
}

function halves(statement: Statement): Statement[] {
  const all: readonly string[] = statement.Resource
  const middle = Math.ceil(all.length / 2)
  return [all.slice(0, middle), all.slice(middle)].map(part => ({ ...statement, Resource: part }))
}

/** A name is unique within a policy. */
function named(statement: Statement, others: readonly Statement[]): Statement {
  const taken = new Set(others.map(({ Sid }) => Sid))
  if (!taken.has(statement.Sid)) return statement
  const numbers = Array.from({ length: others.length }, (_, index) => `${statement.Sid}${index + 2}`)
  return { ...statement, Sid: numbers.find(name => !taken.has(name)) ?? statement.Sid }
}
