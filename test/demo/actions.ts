import { type CommitSha, short } from '../../scripts/names/commit.ts'
import { artifactProfile } from './accounts.ts'
import { type Change, commitAndPush } from './developer.ts'
import type { Scene } from './scene.ts'
import { whileShowing } from './steps.ts'
import { commandLine, type Options, waybill } from './waybill.ts'

/** What a developer does in the demo, each as one step. */
export type Actions = {
  /** Builds what is not stored yet. */
  build(): Promise<void>
  /** Commits a change and pushes the branch, which CI builds. */
  push(change: Change): Promise<CommitSha>
  /** Makes and pushes the tags of a release, which CI hears of; returns the tags. */
  release(options: Options): Promise<string[]>
  /** Waits until CI is done with everything that was pushed. */
  waitForCi(): Promise<void>
}

type Built = { builds: { service: string; result: string }[] }
type Released = { releases: { tag: string }[] }

/** The actions in the clone of a scene. */
export function actionsIn({ workspace, ci, envOf, step, page }: Scene): Actions {
  const desk = { clone: workspace.clone, env: envOf(artifactProfile) }
  const show = <T>(command: string, options: Options, outcome: (value: T) => string) =>
    step(commandLine(command, options), () => waybill<T>(workspace, desk, command, options), outcome)
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
    waitForCi: () => whileShowing(page, 'CI', () => ci.settle()),
  }
}

function tagsOf({ releases }: Released): string[] {
  return releases.map(({ tag }) => tag)
}

function describeBuild({ builds }: Built): string {
  const made = builds.filter(({ result }) => result === 'created').map(({ service }) => service)
  const before = builds.length - made.length
  if (made.length === 0) return 'built nothing'
  return `built ${made.join(', ')}${before > 0 ? `; ${before} stored before` : ''}`
}
