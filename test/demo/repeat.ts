import { artifactProfile } from './accounts.ts'
import { DemoFailed } from './demo-failed.ts'
import type { Scene } from './scene.ts'
import { commandLine, waybill } from './waybill.ts'

/** Builds, promotes and deploys once more; fails when that writes anything. */
export async function repeatEverything(scene: Scene, tags: readonly string[]): Promise<void> {
  const { workspace, emulator, envOf, staging, deploys, step } = scene
  const TAG = tags.join(',')
  const titles = [commandLine('build', {}), commandLine('promote', { TAG })]
  if (deploys) titles.push(commandLine('deploy', { ENV: staging }))
  await step(
    titles.join(', '),
    async () => {
      await workspace.git(['pull', '--quiet'])
      emulator.clearRequests()
      const run = (profile: string, command: string, options = {}) =>
        waybill(workspace, { clone: workspace.clone, env: envOf(profile) }, command, options)
      await run(artifactProfile, 'build')
      await run(artifactProfile, 'promote', { TAG })
      if (deploys) await run(staging, 'deploy', { ENV: staging })
      const requests = emulator.requests()
      // The lock on a state is held while Terraform compares, also when there is nothing to change.
      const writes = requests.filter(({ write, path }) => write && !/\.tflock($|\?)/.test(path))
      if (writes.length > 0)
        throw new DemoFailed(`a repetition wrote: ${writes.map(({ operation }) => operation).join(', ')}`)
      return requests.length
    },
    requests => `again: ${requests} requests, none a write`,
  )
}
