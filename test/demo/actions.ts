import { type CommitSha, short } from '../../scripts/core/commit.ts'
import { DemoFailed } from './demo-failed.ts'
import { type Change, commitAndPush } from './developer.ts'
import type { Scene } from './scene.ts'
import { whileShowing } from './steps.ts'
import { commandLine, waybill } from './waybill.ts'

/** What a developer does in the demo; each is one step of it. */
export type Actions = {
  /** Builds what is not stored yet. */
  build(): Promise<void>
  /** Commits a change and pushes the branch. */
  push(change: Change): Promise<CommitSha>
  /** Makes and pushes the tags of a release, and answers them. */
  release(options: Readonly<Record<string, string>>): Promise<string[]>
  /** Waits until CI has promoted and pinned releases. */
  waitForPins(tags: readonly string[]): Promise<void>
  /** Builds and promotes once more; fails when that writes anything. */
  repeat(tags: readonly string[]): Promise<number>
}

type Built = { builds: { service: string; result: string }[] }
type Released = { releases: { tag: string }[] }

/** The actions in the clone of a scene. */
export function actionsIn({ workspace, emulator, ci, env, step, report }: Scene): Actions {
  const desk = { clone: workspace.clone, env }
  const run = <T>(command: string, options = {}) => waybill<T>(workspace, desk, command, options)
  const show = <T>(
    command: string,
    options: Readonly<Record<string, string>>,
    outcome: (value: T) => string,
  ) => step(commandLine(command, options), () => run<T>(command, options), outcome)
  return {
    build: async () => void (await show<Built>('build', {}, describeBuild)),
    push: change =>
      step(
        'git commit, git push',
        () => commitAndPush(workspace, change),
        commit => `${short(commit)} "${change.subject}"`,
      ),
    async release(options) {
      const { releases } = await show<Released>(
        'release',
        options,
        made => `pushed ${tagsOf(made).join(', ')}`,
      )
      return releases.map(({ tag }) => tag)
    },
    waitForPins: tags => whileShowing(report, `CI: ${tags.join(', ')}`, () => ci.waitFor(tags)),
    repeat: tags =>
      step(
        `${commandLine('build', {})}, ${commandLine('promote', { TAG: tags.join(',') })}`,
        async () => {
          await workspace.git(['pull', '--quiet'])
          emulator.clearRequests()
          await run('build')
          await run('promote', { TAG: tags.join(',') })
          const requests = emulator.requests()
          const writes = requests.filter(({ write }) => write)
          if (writes.length > 0)
            throw new DemoFailed(`a repetition wrote: ${writes.map(({ operation }) => operation).join(', ')}`)
          return requests.length
        },
        requests => `once more: ${requests} requests to AWS, none a write`,
      ),
  }
}

function tagsOf({ releases }: Released): string[] {
  return releases.map(({ tag }) => tag)
}

function describeBuild({ builds }: Built): string {
  const made = builds.filter(({ result }) => result === 'created').map(({ service }) => service)
  const before = builds.length - made.length
  return made.length === 0 ? 'built nothing' : `built ${made.join(', ')}; ${before} stored before`
}
