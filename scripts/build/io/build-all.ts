import { type Attempt, attemptAsync, errorsOf } from '../../base/attempt.ts'
import type { UserError } from '../../base/user-error.ts'
import type { Workspace } from '../../workspace/io/workspace.ts'
import type { Build } from '../selection.ts'
import { buildTools } from './docker.ts'
import { buildEnvironment } from './environment.ts'
import { buildImage } from './image.ts'
import { buildZip } from './zip.ts'

/** Builds and stores artifacts one after another. One that fails does not stop the others; returns all failures. */
export async function buildAll(
  { git, stores }: Workspace,
  builds: readonly Build[],
  environment: Record<string, string>,
  begin: (build: Build) => void,
): Promise<UserError[]> {
  if (builds.length === 0) return []
  const tools = await buildTools(git.root, buildEnvironment(git.root, environment))
  if (builds.some(({ name }) => name.type === 'image')) {
    await tools.requireEngine()
    await tools.login(await (await stores.ecr()).login())
  }
  const built: Attempt<void>[] = []
  for (const build of builds) {
    begin(build)
    const make = build.name.type === 'image' ? buildImage : buildZip
    built.push(await attemptAsync(() => make({ git, stores, tools }, build)))
  }
  return errorsOf(built)
}
