import { printTarget, type Target } from '../../names/target.ts'
import { stateKey } from '../../stack/names.ts'
import type { Stack } from '../../terraform/io/stack.ts'
import type { Session } from './session.ts'

/** The stack of a target, synthesized into `folder`. */
export function targetStack(
  { request, pinned, project }: Pick<Session, 'request' | 'pinned' | 'project'>,
  target: Target,
  folder: string,
): Stack {
  return {
    title: printTarget(target),
    folder,
    root: project.git.root,
    state: `s3://${pinned.environment.stateBucket}/${stateKey(target)}`,
    command: `${request.command} ENV=${target.environment} SERVICE=${target.service}`,
  }
}
