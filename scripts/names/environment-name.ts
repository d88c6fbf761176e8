/** The grammar of an environment's name: lower-case letters, digits and single hyphens, a letter first. */
export const environmentNamePattern = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/

/** The folders of a state bucket that hold no environment's states, so that no environment may have their names. */
export const ownFolders = { roles: 'access', plans: 'plans' } as const

/** Tells whether Waybill uses a name itself, as a folder of the state bucket. */
export function isOwnFolder(name: string): boolean {
  return Object.values<string>(ownFolders).includes(name)
}
