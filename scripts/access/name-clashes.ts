import { roleNameCharacters } from '../aws/quotas.ts'
import { UserError } from '../base/user-error.ts'
import type { Environments } from '../catalogue/environments.ts'
import type { Services } from './artifacts.ts'
import { accessErrors } from './errors.ts'
import { roleNames } from './role-names.ts'

/** Finds services and environments whose names would meet those of Waybill's own roles and states. */
export function checkAccessNames({ github, environments }: Environments, services: Services): UserError[] {
  if (github === undefined) return []
  return [
    ...Object.keys(services)
      .filter(name => name === 'access' || name === 'waybill' || name.startsWith('waybill-'))
      .map(
        name =>
          new UserError(accessErrors['access-name'], `no service can be called ${name}`, {
            cause: "the stacks access-<environment> and the roles waybill-* are Waybill's own",
            remedy: `Rename services/${name}.`,
          }),
      ),
    ...reachedByOthers(environments),
    ...Object.keys(environments).flatMap(name => {
      const reason =
        name === 'access'
          ? "the states below access/ are those of CI's roles"
          : roleNames.deploy(name).length > roleNameCharacters
            ? `its role ${roleNames.deploy(name)} would have more than ${roleNameCharacters} characters`
            : undefined
      return reason === undefined
        ? []
        : [
            new UserError(accessErrors['access-name'], `no environment can be called ${name}`, {
              cause: reason,
              remedy: 'Rename it in cdktf/environments.json.',
            }),
          ]
    }),
  ]
}

/** Rights in an environment are on what is called `*-<environment>`: within an account that has to say which one. */
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
              cause: `the rights of CI in ${name} are on what is called *-${name} and *-${name}-…, and so is what ${other} has`,
              remedy: 'Give them an account each, or rename one in cdktf/environments.json.',
            },
          ),
      ),
  )
}
