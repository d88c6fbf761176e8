import { findSharedRepositories } from '../artifacts/shared-repositories.ts'
import type { ArtifactName } from '../artifacts/types.ts'
import { attempt, errorsOf, valuesOf } from '../base/attempt.ts'
import { joinErrors } from '../base/join-errors.ts'
import { count, firstFew, quote } from '../base/printable.ts'
import { UserError } from '../base/user-error.ts'
import { findService, type ServicesSeen } from '../catalogue/find-service.ts'
import { inputsMatcher } from '../catalogue/inputs.ts'
import { asImageService, type ServiceConfig } from '../catalogue/service-config.ts'
import type { CommitSha } from '../names/commit.ts'
import type { ServiceName } from '../names/service-name.ts'
import { buildErrors } from './errors.ts'

/** One artifact to build, and the name to store it under. */
export type Build = {
  readonly service: ServiceName
  readonly config: ServiceConfig
  readonly sourceCommit: CommitSha
  readonly name: ArtifactName
}

/** Whether a service's command pushes the image itself. */
export function pushesItself({ config }: Pick<Build, 'config'>): boolean {
  return asImageService(config)?.build.pushes === true
}

/**
 * The services that a person names, or all that can be used. Throws why a named one cannot; without names, `left` is why
 * others cannot.
 */
export function selectServices(
  all: ServicesSeen,
  named: readonly ServiceName[] | undefined,
): { readonly services: ServicesSeen['services']; readonly left: readonly UserError[] } {
  if (named === undefined) return { services: all.services, left: [...all.broken.values()] }
  const found = named.map(name => attempt(() => findService(all, name)))
  joinErrors(errorsOf(found))
  const chosen = valuesOf(found).map(
    service => [service, all.services.get(service) as ServiceConfig] as const,
  )
  return { services: new Map(chosen), left: [] }
}

/** Refuses builds that would not match the commit, or that would store two services under one name. */
export function checkBuilds(services: ServicesSeen['services'], uncommitted: readonly string[]): void {
  joinErrors(findSharedRepositories(services))
  const dirty = [...services].flatMap(([service, config]) => {
    const paths = uncommitted.filter(inputsMatcher(service, config))
    return paths.length === 0 ? [] : [`${service}: ${listPaths(paths)}`]
  })
  if (dirty.length === 0) return
  throw new UserError(
    buildErrors['build-uncommitted'],
    `uncommitted changes in the inputs of ${count(dirty.length, 'service')}: the build would not match the commit`,
    {
      cause: dirty.join('\n'),
      remedy:
        'Commit or stash them; build output belongs in .gitignore. Files marked assume-unchanged or skip-worktree ' +
        'count as changed (git ls-files -v marks them h or S).',
    },
  )
}

/** Lists the first few paths in one line, those with unusual characters in quotes. */
export function listPaths(paths: readonly string[]): string {
  return firstFew(paths.map(path => (/^[\x21-\x7e]+$/.test(path) ? path : quote(path))))
}
