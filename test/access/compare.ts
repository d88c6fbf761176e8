import type { CiRole } from '../../scripts/access/roles.ts'
import type { Statement } from '../../scripts/aws/statements.ts'
import { matches } from '../emulator/iam/matches.ts'
import { allows } from './evaluate.ts'
import type { Right } from './rights.ts'

/** Where a role's policy and the calls of its commands disagree. */
export type Difference = { readonly refused: string[]; readonly unused: string[] }

/** Compares the rights of a role with the calls of its commands, both ways, action by action and resource by resource. */
export function compare({ scripts }: Pick<CiRole, 'scripts'>, called: readonly Right[]): Difference {
  return { refused: refused(scripts, called), unused: unused(scripts, called) }
}

/** The calls that some statements do not allow. */
export function refused(statements: readonly Statement[], called: readonly Right[]): string[] {
  const no = called.filter(right => !allows(statements, right))
  return [...new Set(no.map(({ action, resource }) => `${action} on ${resource}`))].toSorted()
}

function unused(statements: readonly Statement[], called: readonly Right[]): string[] {
  const allowing = statements.filter(({ Effect }) => Effect === 'Allow')
  return allowing.flatMap(statement => [
    ...statement.Action.filter(action => !uses({ ...statement, Action: [action] }, called)).map(
      action => `${action} of ${statement.Sid}`,
    ),
    ...statement.Resource.filter(resource => !uses({ ...statement, Resource: [resource] }, called)).map(
      resource => `${resource} of ${statement.Sid}`,
    ),
  ])
}

function uses(statement: Statement, called: readonly Right[]): boolean {
  return called.some(right => matches(statement, right))
}

/** Every version of a policy that lacks one action or one resource, with what it lacks. */
export function mutants(
  statements: readonly Statement[],
): { readonly without: string; readonly statements: Statement[] }[] {
  return statements.flatMap((statement, index) => {
    const put = (changed: Statement) => statements.with(index, changed)
    const name = (what: string) => `${what} of ${statement.Sid}`
    return [
      ...statement.Action.map(action => ({
        without: name(action),
        statements: put({ ...statement, Action: statement.Action.filter(one => one !== action) }),
      })),
      ...statement.Resource.map(resource => ({
        without: name(resource),
        statements: put({ ...statement, Resource: statement.Resource.filter(one => one !== resource) }),
      })),
    ]
  })
}
