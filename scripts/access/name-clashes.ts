import { roleNameCharacters } from '../aws/quotas.ts'
import { UserError } from '../base/user-error.ts'
import type { Environments } from '../catalogue/environments.ts'
import { taskStarterEnd } from '../kinds/names.ts'
import type { Services } from './artifacts.ts'
import { accessErrors } from './errors.ts'
import { roleNamesOf } from './role-names.ts'

/** Finds services and environments whose names would clash with Waybill's own roles and states. */
export function checkAccessNames(whole: Environments, services: Services): UserError[] {
  const { github, environments } = whole
  if (github === undefined) return []
  const roleNames = roleNamesOf(whole)
  return [
    ...Object.keys(services)
      .filter(name => name === 'access' || name === 'waybill' || name.startsWith('waybill-'))
      .map(
        name =>
          new UserError(accessErrors['access-name'], `a service cannot be called ${name}`, {
            cause: 'Waybill itself uses the stack names access-<environment> and the role names waybill-*',
            remedy: `Rename services/${name}.`,
          }),
      ),
    ...reachedByOthers(environments),
    // The role of each of its services would end as that of a schedule does, and could start tasks.
    ...Object.keys(environments)
      .filter(name => `-${name}`.endsWith(taskStarterEnd))
      .map(
        name =>
          new UserError(accessErrors['access-name'], `an environment cannot be called ${name}`, {
            cause: `Waybill lets a role whose name ends with ${taskStarterEnd} start tasks`,
            remedy: 'Rename it in cdktf/environments.json.',
          }),
      ),
    ...Object.keys(environments)
      .filter(name => roleNames.deploy(name).length > roleNameCharacters)
      .map(
        name =>
          new UserError(accessErrors['access-name'], `an environment cannot be called ${name}`, {
            cause: `its role ${roleNames.deploy(name)} would have more than ${roleNameCharacters} characters`,
            remedy: 'Rename it in cdktf/environments.json.',
          }),
      ),
  ]
}

/** Rights in an environment are for the names `*-<environment>`, so within an account those must not overlap. */
function reachedByOthers(environments: Environments['environments']): UserError[] {
  const all = Object.entries(environments)
  return all.flatMap(([name, { account }]) =>
    all
      .filter(
        ([other, place]) =>
          place.account === account && (other.endsWith(`-${name}`) || other.startsWith(`${name}-`)),
      )
      .map(
        ([other]) =>
          new UserError(
            accessErrors['access-shared-account'],
            `the environments ${name} and ${other} cannot share an account`,
            {
              cause: `the rights of CI in ${name} are for the names *-${name} and *-${name}-…, which the resources of ${other} have too`,
              remedy: 'Give each its own account, or rename one in cdktf/environments.json.',
            },
          ),
      ),
  )
}
