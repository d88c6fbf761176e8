import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { clientsFor } from '../emulator/clients.ts'
import type { Emulator } from '../emulator/emulator.ts'
import { startEmulator } from '../emulator/emulator.ts'
import { sampleZip } from '../emulator/sample-zip.ts'
import type { Provider } from './provider.ts'
import { startProvider } from './provider.ts'
import { listener } from './stacks.ts'
import type { Workspace } from './workspace.ts'
import { createWorkspace } from './workspace.ts'

/** An emulator with a provider for it, and the workspaces of a test. */
export type Stand = {
  readonly emulator: Emulator
  readonly provider: Provider
  readonly clients: ReturnType<typeof clientsFor>
  readonly workspace: (configuration: object) => Promise<Workspace>
  readonly close: () => Promise<void>
}

/** Starts both; the bucket `artifacts` has the objects `one.zip` and `two.zip`. */
export async function createStand(): Promise<Stand> {
  const emulator = await startEmulator({ clusters: ['shared'] })
  emulator.makeListener(listener, { vpc: 'vpc-1' })
  const provider = await startProvider({ endpoint: emulator.url })
  const clients = clientsFor(emulator)
  const workspaces: Workspace[] = []
  await clients.s3.send(new CreateBucketCommand({ Bucket: 'artifacts' }))
  for (const Key of ['one.zip', 'two.zip']) {
    await clients.s3.send(new PutObjectCommand({ Bucket: 'artifacts', Key, Body: sampleZip(Key) }))
  }
  return {
    emulator,
    provider,
    clients,
    workspace: async configuration => {
      const workspace = await createWorkspace(provider, configuration)
      workspaces.push(workspace)
      return workspace
    },
    close: async () => {
      await provider.close()
      await emulator.close()
      for (const workspace of workspaces) await workspace.remove()
    },
  }
}
