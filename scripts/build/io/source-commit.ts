import { type InputsMatcher, inputsMatcher } from '../../catalogue/inputs.ts'
import type { Git } from '../../git/io/git.ts'
import { history } from '../../git/io/history.ts'
import type { CommitSha } from '../../names/commit.ts'
import type { ServiceName } from '../../names/service-name.ts'
import { beginSearch, searchFurther } from '../source-commit.ts'
import type { ServiceAt } from './service-at-commit.ts'

/** Finds the source commit of several services at a commit, in one pass over the history. */
export async function findSourceCommits(
  git: Git,
  services: readonly ServiceAt[],
  commit: CommitSha,
): Promise<Map<ServiceName, CommitSha>> {
  const inputs = services.map(({ service, config }): [ServiceName, InputsMatcher] => [
    service,
    inputsMatcher(service, config),
  ])
  let search = beginSearch(new Map(inputs))
  for await (const page of history(git, commit)) {
    search = searchFurther(search, page)
    if (search.open.size === 0) break
  }
  return new Map(search.found)
}

/** Finds the source commit of one service that exists at the commit. */
export async function findSourceCommit(git: Git, service: ServiceAt, commit: CommitSha): Promise<CommitSha> {
  const found = (await findSourceCommits(git, [service], commit)).get(service.service)
  if (found !== undefined) return found
  throw new TypeError(`the history of ${commit} does not show where ${service.service} comes from`)
}
