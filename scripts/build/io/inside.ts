import { realpath } from 'node:fs/promises'
import { sep } from 'node:path'
import { quote } from '../../base/printable.ts'
import { UserError } from '../../base/user-error.ts'
import { buildErrors } from '../errors.ts'

/** Where a path really is; undefined if there is nothing. Throws if a link leads it out of a folder. */
export async function requireInside(
  folder: string,
  path: string,
  what: string,
  remedy: string,
): Promise<string | undefined> {
  const [home, place] = await Promise.all([realpath(folder), realpath(path).catch(() => undefined)])
  if (place === undefined || `${place}${sep}`.startsWith(`${home}${sep}`)) return place
  throw new UserError(buildErrors['build-behind-link'], `${what}, behind a link`, {
    cause: `it leads to ${quote(place)}`,
    remedy,
  })
}
