import type { CommitSha } from '../core/commit.ts'
import { type Environments, mainBranch } from '../core/environments.ts'
import { type Pin, parsePin, pinPath } from '../core/pin.ts'
import type { ServiceName } from '../core/service-name.ts'
import { type Git, readAt } from './git.ts'
import { fetchMissing, type RemoteRefs } from './git-remote.ts'

/** What the remote's main branch pins for a service, by environment; those without a pin are left out. */
export async function readPins(
  git: Git,
  environments: Environments,
  refs: RemoteRefs,
  service: ServiceName,
): Promise<Map<string, Pin>> {
  const branch = mainBranch(environments)
  const head = refs.branches.get(branch)
  if (head === undefined) return new Map()
  await fetchMissing(git, new Map([[`refs/heads/${branch}`, head]]))
  const names = Object.keys(environments.environments)
  const pins = await Promise.all(names.map(name => readPin(git, head, name, service)))
  return new Map(names.flatMap((name, index) => (pins[index] === undefined ? [] : [[name, pins[index]]])))
}

async function readPin(
  git: Git,
  head: CommitSha,
  environment: string,
  service: ServiceName,
): Promise<Pin | undefined> {
  const path = pinPath(environment, service)
  const text = await readAt(git, head, path)
  return text === undefined ? undefined : parsePin(text, path)
}
