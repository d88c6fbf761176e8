import { access, constants } from 'node:fs/promises'

/** Whether something is at a path and this process may use it as `mode` says: by default, whether it is there. */
export async function canAccess(path: string, mode: number = constants.F_OK): Promise<boolean> {
  return await access(path, mode).then(
    () => true,
    () => false,
  )
}
