import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { findRoleName, roleNamesOf } from '../../scripts/access/role-names.ts'
import { artifactRoles, environmentRoles } from '../../scripts/access/roles.ts'
import { issuer } from '../../scripts/access/trust.ts'
import { projectRoot } from '../support/run.ts'
import { allows } from './evaluate.ts'
import { environments, services } from './recorded-calls.ts'

const roleNames = roleNamesOf(environments)
const roles = [
  ...artifactRoles(environments, services),
  ...environmentRoles(environments, 'staging', services),
]
const folder = join(projectRoot, '.github', 'workflows')
const files = readdirSync(folder).filter(name => name.endsWith('.yml'))

/** The roles that the steps of a workflow take, as the action `prepare` names them. */
function rolesOf(file: string): string[] {
  const text = readFileSync(join(folder, file), 'utf8')
  const steps = text.matchAll(/^ +role: (\w+)\n( +environment: )?/gm)
  return [...steps].map(([, purpose = '', environment]) => {
    const name = findRoleName(roleNames, purpose, environment === undefined ? undefined : 'staging')
    if (name === undefined) throw new Error(`${file} takes the role ${purpose}, which does not exist`)
    return name
  })
}

const taken = files.flatMap(file => [...new Set(rolesOf(file))].map(role => [file, role] as const))

/** Where a job runs: a called workflow for a release's tag or by hand, any other on the branch. */
function subjects(file: string, role: string): string[] {
  if (role === roleNames.deploy('staging')) return ['environment:staging']
  const branch = 'ref:refs/heads/main'
  return file.endsWith('-run.yml') ? [branch, 'ref:refs/tags/service-a-v1.1.0'] : [branch]
}

it.each(taken)('%s can take the role %s wherever it runs', (file, name) => {
  const role = roles.find(one => one.name === name)
  for (const subject of subjects(file, name)) {
    const context = {
      [`${issuer}:aud`]: 'sts.amazonaws.com',
      [`${issuer}:sub`]: `repo:acme/parcels:${subject}`,
      [`${issuer}:job_workflow_ref`]: `acme/parcels/.github/workflows/${file}@refs/heads/main`,
    }
    const question = { action: 'sts:AssumeRoleWithWebIdentity', context }
    expect(allows(role?.trust ?? [], question)).toBe(true)
  }
})

it('no role trusts a workflow that does not take it', () => {
  const trusted = roles.flatMap(({ name, trust }) =>
    JSON.stringify(trust)
      .match(/(?<=workflows\/)[\w-]+\.yml/g)
      ?.map(file => `${file} ${name}`),
  )
  const wanted = taken.map(([file, role]) => `${file} ${role}`)
  expect(trusted.length).toBeGreaterThan(4)
  expect(trusted.filter(one => one === undefined || !wanted.includes(one))).toEqual([])
})
