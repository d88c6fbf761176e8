import { attemptAsync } from '../../../base/attempt.ts'
import { type Git, openGit } from '../../../git/io/git.ts'
import { type RemoteRefs, remoteRefs } from '../../../git/io/remote.ts'
import { signsTags } from '../../../git/io/write.ts'
import type { Look } from '../../check.ts'

/** A clone with its whole history, and a clone that may be shallow. */
export type CloneSeen = { readonly whole: Look<Git>; readonly git: Look<Git> }

/** Opens a clone, even a shallow one, which the other commands refuse. */
export async function observeClone(
  folder: string,
  environment: Record<string, string>,
  timeoutMs: number,
): Promise<CloneSeen> {
  const open = (shallowClone: 'refused' | 'allowed') =>
    attemptAsync(() => openGit(folder, environment, { shallowClone, timeoutMs }))
  const whole = await open('refused')
  const git = 'value' in whole ? whole : await open('allowed')
  return { whole, git }
}

/** Reads the refs of the remote. */
export async function observeRemote(git: Git): Promise<Look<RemoteRefs>> {
  return await attemptAsync(() => remoteRefs(git))
}

/** Tells whether git is configured to sign tags. */
export async function observeSigning(git: Git): Promise<Look<boolean>> {
  return await attemptAsync(() => signsTags(git))
}
