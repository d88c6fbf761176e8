import type { AwsAccess } from '../../aws/access.ts'
import type { AwsSettings } from '../../aws/io/calls.ts'
import { type Identity, requireAccount } from '../../aws/io/identity.ts'
import { type Environment, findEnvironment } from '../../catalogue/environments.ts'
import { findService, type ServicesSeen } from '../../catalogue/find-service.ts'
import { attemptToReadServices } from '../../catalogue/io/work-tree.ts'
import { type ServiceName, serviceCandidates } from '../../names/service-name.ts'
import { environmentSettings, openProject, type Project } from '../../project/io/project.ts'
import type { Who } from '../entry.ts'
import { whoActs } from '../who.ts'
import { connectLedger, type Ledger } from './ledger.ts'

/** The ledgers of an environment, and who writes to them. */
export type LedgerTools = { readonly ledger: Ledger; readonly who: Who }

/** What a command that is about ledgers works with: it needs neither the remote nor Terraform. */
export type LedgerSession = LedgerTools & {
  readonly project: Project
  readonly environment: Environment
  readonly settings: AwsSettings
  /** The services of the work tree. */
  readonly services: ServicesSeen
}

/** Opens the ledgers of an environment, with credentials of its account. */
export async function openLedgers(
  invocation: {
    readonly folder: string
    readonly environment: Record<string, string>
    readonly aws: AwsAccess
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
  const tools = await ledgerTools({ project, environment, settings, identity }, invocation.environment)
  return { ...tools, project, environment, settings, services }
}

/** Connects to the ledgers of an environment; `variables` says who acts. */
export async function ledgerTools(
  {
    project,
    environment,
    settings,
    identity,
  }: Omit<LedgerSession, 'ledger' | 'who' | 'services'> & {
    readonly identity: Identity
  },
  variables: Readonly<Record<string, string>>,
): Promise<LedgerTools> {
  const { environments, clock } = project
  const repository = environments.github?.repository
  const ledger = await connectLedger({ settings, environment, repository, clock })
  return { ledger, who: whoActs(identity.arn, variables) }
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
