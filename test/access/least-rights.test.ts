import { beforeAll, describe, expect, it } from 'vitest'
import { artifactRoles, environmentRoles } from '../../scripts/access/roles.ts'
import { hasTerraform } from '../provider/workspace.ts'
import { afterSuite } from '../support/cleanup.ts'
import { compare, mutants, refused } from './compare.ts'
import { type Calls, environments, recordCalls, services } from './recorded-calls.ts'

const roles = [
  ...artifactRoles(environments, services),
  ...environmentRoles(environments, 'staging', services),
]

/** Rights that no command uses in this test, each with its reason. */
const reserved: Readonly<Record<string, readonly string[]>> = {
  // If the answer to saving a plan is lost, the plan is read back before it counts as saved.
  // If another process has noted the same notice meanwhile, its marker is read.
  'waybill-deploy-staging': ['s3:GetObject of MarkNotices'],
  'waybill-read-staging': ['s3:GetObject of SavePlans', 's3:GetObject of MarkNotices'],
}

describe.runIf(await hasTerraform())('the calls of the commands', () => {
  const onFinished = afterSuite()
  let calls: Calls

  beforeAll(async () => {
    calls = await recordCalls(onFinished)
  })

  it.each(roles.map(role => [role.name, role] as const))(
    '%s has the rights that its commands use, and no others',
    (name, role) => {
      expect(compare(role, calls.rights.get(name) ?? [])).toEqual({
        refused: [],
        unused: reserved[name] ?? [],
      })
    },
  )

  it.each(roles.map(role => [role.name, role] as const))(
    '%s: with any action or resource less, a command is refused',
    (name, { scripts }) => {
      const all = mutants(scripts)
      expect(all.length).toBeGreaterThan(5)
      const survivors = all.filter(
        mutant => refused(mutant.statements, calls.rights.get(name) ?? []).length === 0,
      )
      expect(survivors.map(({ without }) => without)).toEqual(reserved[name] ?? [])
    },
  )

  it.each(roles.filter(({ terraform }) => terraform.length > 0).map(role => [role.name, role] as const))(
    "%s has the rights that the provider's stand-in uses; only AWS can tell for the real provider",
    (name, { scripts, terraform }) => {
      const allowed = [...scripts, ...terraform].flatMap(({ Effect, Action }) =>
        Effect === 'Allow' ? Action : [],
      )
      const called = [...(calls.actions.get(name) ?? [])]
      expect(called.length).toBeGreaterThan(5)
      expect(called.filter(action => !allowed.includes(action))).toEqual([])
    },
  )
})
