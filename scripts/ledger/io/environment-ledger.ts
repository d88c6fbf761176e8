import type { AwsAccess } from '../../aws/access.ts'
import { findEnvironment } from '../../catalogue/environments.ts'
import { environmentSettings, type Project } from '../../project/io/project.ts'
import { connectLedger, type Ledger } from './ledger.ts'

/** Connects to the ledgers of an environment by its name. */
export async function connectLedgerOf(project: Project, name: string, access: AwsAccess): Promise<Ledger> {
  const { environments, clock } = project
  const environment = findEnvironment(environments, name)
  const settings = environmentSettings(project, name, environment, access)
  return await connectLedger({ settings, environment, repository: environments.github?.repository, clock })
}
