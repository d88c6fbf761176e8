import type { AwsAccess } from '../../aws/access.ts'
import { requireAccount } from '../../aws/io/identity.ts'
import type { Clock } from '../../base/clock.ts'
import { type Environment, findEnvironment } from '../../catalogue/environments.ts'
import { findService, type ServicesSeen } from '../../catalogue/find-service.ts'
import { attemptToReadServices } from '../../catalogue/io/work-tree.ts'
import { type ServiceName, serviceCandidates } from '../../names/service-name.ts'
import { environmentSettings, openProject, type Project } from '../../project/io/project.ts'
import type { Who } from '../entry.ts'
import { whoActs } from '../who.ts'
import { connectLedgerOf } from './environment-ledger.ts'
import type { Ledger } from './ledger.ts'

/** The ledgers of an environment, and who writes to them. */
export type LedgerTools = { readonly ledger: Ledger; readonly who: Who }

/** What a command that is about ledgers works with: it needs neither the remote nor Terraform. */
export type LedgerSession = LedgerTools & {
  readonly project: Project
  readonly environment: Environment
  /** The services of the work tree. */
  readonly services: ServicesSeen
}

/** Opens the ledgers of an environment, with credentials of its account. */
export async function openLedgers(
  invocation: {
    readonly folder: string
    readonly environment: Record<string, string>
    readonly aws: AwsAccess
    readonly clock: Clock
  },
  name: string,
): Promise<LedgerSession> {
  const project = await openProject(invocation)
  const environment = findEnvironment(project.environments, name)
  const settings = environmentSettings(project, name, environment, invocation.aws)
  const [identity, services] = await Promise.all([
    requireAccount(settings),
    attemptToReadServices(project.git.root),
  ])
  const ledger = await connectLedgerOf(project, name, invocation.aws)
  const who = whoActs(identity.arn, invocation.environment)
  return { ledger, who, project, environment, services }
}

/** The services that a person names: of the work tree, whatever is wrong with them, or with a ledger in the environment. */
export async function findLedgers(
  { ledger, services }: Pick<LedgerSession, 'ledger' | 'services'>,
  environment: string,
  named: readonly ServiceName[],
): Promise<ServiceName[]> {
  const folders = [...services.services.keys(), ...services.broken.keys()]
  const among = (names: readonly string[], one: ServiceName) =>
    serviceCandidates(one).find(candidate => names.includes(candidate))
  const found = named.map(one => among(folders, one))
  const left = found.includes(undefined) ? await ledger.services(environment) : []
  return [
    ...new Set(named.map((one, index) => found[index] ?? among(left, one) ?? findService(services, one))),
  ]
}
