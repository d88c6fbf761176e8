import { type Environments, mainBranch } from '../../catalogue/environments.ts'
import { readAt } from '../../git/io/files.ts'
import type { Git } from '../../git/io/git.ts'
import { fetchBranch, type RemoteRefs } from '../../git/io/remote.ts'
import type { ServiceName } from '../../names/service-name.ts'
import { type Pin, parsePin, pinPath } from '../pin.ts'

/** The pins of a service on the remote's main branch, by environment. */
export async function readServicePins(
  git: Git,
  environments: Environments,
  refs: RemoteRefs,
  service: ServiceName,
): Promise<Map<string, Pin>> {
  const branch = mainBranch(environments)
  const head = refs.branches.get(branch)
  if (head === undefined) return new Map()
  await fetchBranch(git, branch, head)
  const pins = Object.keys(environments.environments).map(async (name): Promise<[string, Pin][]> => {
    const path = pinPath(name, service)
    const text = await readAt(git, head, path)
    return text === undefined ? [] : [[name, parsePin(text, path)]]
  })
  return new Map((await Promise.all(pins)).flat())
}
