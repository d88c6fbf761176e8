import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Outcome } from '../support/run.ts'
import { bareEnvironment, run } from '../support/run.ts'

/** A folder with one configuration, and terraform to run in it. */
export type Workspace = {
  readonly folder: string
  readonly env: Record<string, string>
  /** Replaces the configuration. */
  readonly write: (configuration: object) => Promise<void>
  /** Runs a terraform command without colors or prompts. */
  readonly terraform: (command: string, ...args: string[]) => Promise<Outcome>
  /** Applies, or throws terraform's output. */
  readonly apply: () => Promise<Outcome>
  /** The outputs of the last apply. */
  readonly outputs: () => Promise<Record<string, unknown>>
  readonly remove: () => Promise<void>
}

/** Whether terraform is on the PATH. If not, warns that tests are skipped, or throws if all tools are required. */
export async function hasTerraform(): Promise<boolean> {
  const { code } = await run('terraform', ['version'], {
    cwd: tmpdir(),
    env: { ...bareEnvironment(tmpdir()), CHECKPOINT_DISABLE: '1' },
  })
  if (code === 0) return true
  const message =
    '!!! SKIPPED: nothing was planned or applied, because terraform is not installed.\n!!! Install 1.10 or newer: https://developer.hashicorp.com/terraform/install\n'
  if (process.env.REQUIRE_ALL_TOOLS === '1') throw new Error(message)
  process.stderr.write(message)
  return false
}

/** Creates a folder with a configuration for a provider and initializes it. */
export async function createWorkspace(
  provider: { env: Readonly<Record<string, string>> },
  configuration: object,
): Promise<Workspace> {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-terraform-'))
  const env = {
    ...bareEnvironment(folder),
    ...provider.env,
    TF_IN_AUTOMATION: '1',
    CHECKPOINT_DISABLE: '1',
  }
  const terraform: Workspace['terraform'] = (command, ...args) => {
    const flags = command === 'plan' || command === 'apply' || command === 'destroy' ? ['-input=false'] : []
    return run('terraform', [command, '-no-color', ...flags, ...args], { cwd: folder, env })
  }
  const succeed: Workspace['terraform'] = async (command, ...args) => {
    const outcome = await terraform(command, ...args)
    if (outcome.code !== 0) throw new Error(`terraform ${command}:\n${outcome.stdout}${outcome.stderr}`)
    return outcome
  }
  const write = (content: object) => writeFile(join(folder, 'main.tf.json'), JSON.stringify(content))
  await write(configuration)
  await succeed('init')
  return {
    folder,
    env,
    write,
    terraform,
    apply: () => succeed('apply', '-auto-approve'),
    outputs: async () => {
      const printed = JSON.parse((await succeed('output', '-json')).stdout) as Record<
        string,
        { value: unknown }
      >
      return Object.fromEntries(Object.entries(printed).map(([name, { value }]) => [name, value]))
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
