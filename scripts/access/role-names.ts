/*
 * .github/scripts/role.ts imports this file before anything else of Waybill is loaded: keep it free of packages.
 */

/** The names of the roles that CI takes. */
export type RoleNames = {
  readonly build: string
  readonly release: string
  readonly read: string
  readonly deploy: (environment: string) => string
  readonly readIn: (environment: string) => string
}

/** Those of a repository, by the prefix in its environments.json; a workflow names the same purpose and environment. */
export function roleNamesOf({ prefix = 'waybill' }: { readonly prefix?: string | undefined }): RoleNames {
  return {
    build: `${prefix}-build`,
    release: `${prefix}-release`,
    read: `${prefix}-read`,
    deploy: environment => `${prefix}-deploy-${environment}`,
    readIn: environment => `${prefix}-read-${environment}`,
  }
}

/** The name of the role for a purpose, in the artifact account or in an environment's; undefined if there is none. */
export function findRoleName(names: RoleNames, purpose: string, environment?: string): string | undefined {
  const { build, release, read, deploy, readIn } = names
  const ofArtifacts = { build, release, read }
  if (environment === undefined)
    return Object.hasOwn(ofArtifacts, purpose) ? ofArtifacts[purpose as keyof typeof ofArtifacts] : undefined
  const ofEnvironment = { deploy, read: readIn }
  return Object.hasOwn(ofEnvironment, purpose)
    ? ofEnvironment[purpose as keyof typeof ofEnvironment](environment)
    : undefined
}
