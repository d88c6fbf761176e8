import { UserError } from '../base/user-error.ts'
import { artifactsErrors } from './errors.ts'
import { repositoriesOf } from './names.ts'

/** Finds services that keep their images in one repository. */
export function findSharedRepositories(services: Parameters<typeof repositoriesOf>[0]): UserError[] {
  const byName = Map.groupBy(repositoriesOf(services), ({ repository }) => repository)
  return [...byName]
    .filter(([, sharing]) => sharing.length > 1)
    .map(([repository, sharing]) => {
      const names = sharing.map(({ service }) => service).join(' and ')
      return new UserError(
        artifactsErrors['repository-shared'],
        `${names} share the repository ${repository}`,
        {
          cause: 'builds are named after their source commits, which two services can have in common',
        },
      )
    })
}
