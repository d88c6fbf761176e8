import { UserError } from '../../scripts/base/user-error.ts'
import { openTerraform } from '../../scripts/terraform/io/terraform.ts'
import type { Emulator } from '../emulator/emulator.ts'
import { startProvider } from '../provider/provider.ts'
import type { Workspace } from './workspace.ts'

/** What deploys need on this machine: Terraform's version and environment, or what is missing. */
export type DeployTools =
  | { readonly version: string; readonly env: Readonly<Record<string, string>> }
  | { readonly missing: string; readonly remedy: string }

/** Looks for Terraform as the commands do, and starts the stand-in for its AWS provider until `cleanup`. */
export async function openDeployTools(
  cleanup: AsyncDisposableStack,
  { env, signal }: Workspace,
  emulator: Emulator,
): Promise<DeployTools> {
  try {
    const options = { lockTimeoutMs: 20_000, pathStyle: true, signal }
    const { version } = await openTerraform({ ...env }, options)
    const provider = await startProvider({ endpoint: emulator.url })
    cleanup.defer(provider.close)
    return { version, env: provider.env }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return { missing: error.message, remedy: error.remedy ?? '' }
  }
}
