import { type Environments, mainBranch } from '../../catalogue/environments.ts'
import { readAt } from '../../git/io/files.ts'
import type { Git } from '../../git/io/git.ts'
import { fetchMissing, type RemoteRefs } from '../../git/io/remote.ts'
import type { CommitSha } from '../../names/commit.ts'
import type { ServiceName } from '../../names/service-name.ts'
import { type Pin, parsePin, pinPath } from '../pin.ts'

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
