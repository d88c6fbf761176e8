import { stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { baseErrors } from '../errors.ts'
import { quote } from '../printable.ts'
import { UserError } from '../user-error.ts'

/** Throws unless the folder for temporary files exists. */
export async function requireTemporaryFolder({ TMPDIR }: Readonly<Record<string, string>>): Promise<void> {
  const folder = TMPDIR || tmpdir()
  const found = await stat(folder).catch(() => undefined)
  if (found?.isDirectory()) return
  throw new UserError(
    baseErrors['machine-temporary-folder'],
    `the folder for temporary files does not exist: ${quote(folder)}`,
  )
}
