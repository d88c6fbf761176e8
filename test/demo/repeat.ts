import { artifactProfile } from './accounts.ts'
import { DemoFailed } from './demo-failed.ts'
import type { Scene } from './scene.ts'
import { waybill } from './waybill.ts'

/** Builds, promotes and deploys again; fails when that writes anything. */
export async function repeatEverything(scene: Scene, tags: readonly string[]): Promise<void> {
  const { workspace, emulator, envOf, staging, deploys, step } = scene
  const TAG = tags.join(',')
  await step(
    `make build, promote${deploys ? ' and deploy' : ''} once more`,
    async () => {
      await workspace.git(['pull', '--quiet'])
      emulator.clearRequests()
      const run = (profile: string, command: string, options = {}) =>
        waybill(workspace, { clone: workspace.clone, env: envOf(profile) }, command, options)
      await run(artifactProfile, 'build')
      await run(artifactProfile, 'promote', { TAG })
      if (deploys) await run(staging, 'deploy', { ENV: staging })
      const requests = emulator.requests()
      // Terraform locks the state while it compares, even when there is nothing to change.
      const writes = requests.filter(({ write, path }) => write && !/\.tflock($|\?)/.test(path))
      if (writes.length > 0)
        throw new DemoFailed(`running it again wrote: ${writes.map(({ operation }) => operation).join(', ')}`)
      return requests.length
    },
    requests => `${requests} requests, none of them a write`,
  )
}
