import { boundaryName } from '../../access/boundary.ts'
import { guardianBoundaryName } from '../../access/guardian.ts'
import { roleNamesOf } from '../../access/role-names.ts'
import { type Environments, findEnvironment } from '../../catalogue/environments.ts'
import { printMinutes } from '../../strategy/phases.ts'
import { sessionMinutes } from '../../strategy/session.ts'
import { type DoctorCheck, fails, judge, passes } from '../check.ts'
import type { AccessSeen, BucketLook, EnvironmentSeen } from './seen.ts'

/** The names of the boundary and of the roles that bootstrap makes for an environment; none without a repository on GitHub. */
export function ownNames(environments: Environments, name: string): Omit<AccessSeen, 'found'>[] {
  if (environments.github === undefined) return []
  const { deploy, readIn } = roleNamesOf(environments)
  return [
    { what: 'boundary', name: boundaryName({ ...environments, name }) },
    ...(findEnvironment(environments, name).guardian === undefined
      ? []
      : [{ what: 'boundary', name: guardianBoundaryName({ ...environments, name }) } as const]),
    { what: 'role', name: deploy(name), deploys: true },
    { what: 'role', name: readIn(name) },
  ]
}

/** Checks the bucket of the environment's states. */
export function checkStateBucket({ name, environment, stateBucket }: EnvironmentSeen): DoctorCheck {
  return checkBucket('state bucket', environment.stateBucket, stateBucket, name)
}

/** Checks the bucket of the environment's ledgers. */
export function checkLedgerBucket({ name, environment, ledgerBucket }: EnvironmentSeen): DoctorCheck {
  return checkBucket('ledger bucket', environment.ledger.bucket, ledgerBucket, name)
}

function checkBucket(title: string, bucket: string, look: BucketLook, environment: string): DoctorCheck {
  return judge(title, look, lacks => {
    if (lacks === undefined)
      return fails(title, `${bucket} does not exist`, bootstrap(environment, 'creates it'))
    if (lacks.length === 0) return passes(title, `${bucket} is set up`)
    return fails(title, `${bucket} lacks ${lacks.join(', ')}`, bootstrap(environment, 'sets it up'))
  })
}

/** Checks the boundary of the services' roles, and the roles of CI. */
export function checkAccess({
  name,
  environment: { account },
  access,
  demand: { longest },
}: EnvironmentSeen): DoctorCheck[] {
  return access.map(one => {
    const title = `${one.what} ${one.name}`
    return judge(title, one.found, found => {
      if (found === undefined)
        return fails(title, `does not exist in account ${account}`, bootstrap(name, 'creates it'))
      if (!one.deploys || longest === undefined || found.sessionMinutes >= sessionMinutes(longest.minutes))
        return passes(title, `exists in account ${account}`)
      return fails(
        title,
        `allows sessions of ${printMinutes(found.sessionMinutes)}, and a deploy of ${longest.service} can take ${printMinutes(longest.minutes)}`,
        bootstrap(name, 'makes them longer'),
      )
    })
  })
}

function bootstrap(name: string, does: string): string {
  return `make bootstrap ENV=${name} ${does}.`
}
