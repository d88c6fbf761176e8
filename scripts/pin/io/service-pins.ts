import { type Attempt, attempt } from '../../base/attempt.ts'
import { type Environments, mainBranch } from '../../catalogue/environments.ts'
import { readAt } from '../../git/io/files.ts'
import type { Git } from '../../git/io/git.ts'
import { fetchHead, type RemoteRefs } from '../../git/io/remote.ts'
import type { ServiceName } from '../../names/service-name.ts'
import { type Pin, parsePin, pinPath, type ServicePins } from '../pin.ts'

/** The pins of a service on the remote's main branch. */
export async function readServicePins(
  git: Git,
  environments: Environments,
  refs: RemoteRefs,
  service: ServiceName,
): Promise<ServicePins> {
  const head = await fetchHead(git, refs, mainBranch(environments))
  const pins = Object.keys(environments.environments).map(async (name): Promise<[string, Attempt<Pin>][]> => {
    const path = pinPath(name, service)
    const text = await readAt(git, head, path)
    return text === undefined ? [] : [[name, attempt(() => parsePin(text, path))]]
  })
  return new Map((await Promise.all(pins)).flat())
}
