/*
 * .github/scripts/role.ts imports this file before anything else of Waybill is loaded: keep it free of packages.
 */

/** The names of the roles that CI takes; a workflow names the same purpose and environment. */
export const roleNames = {
  build: 'waybill-build',
  release: 'waybill-release',
  read: 'waybill-read',
  deploy: (environment: string) => `waybill-deploy-${environment}`,
  readIn: (environment: string) => `waybill-read-${environment}`,
} as const

/** The name of the role for a purpose, in the artifact account or in an environment's; undefined if there is none. */
export function findRoleName(purpose: string, environment?: string): string | undefined {
  const { build, release, read, deploy, readIn } = roleNames
  const ofArtifacts = { build, release, read }
  if (environment === undefined)
    return Object.hasOwn(ofArtifacts, purpose) ? ofArtifacts[purpose as keyof typeof ofArtifacts] : undefined
  const ofEnvironment = { deploy, read: readIn }
  return Object.hasOwn(ofEnvironment, purpose)
    ? ofEnvironment[purpose as keyof typeof ofEnvironment](environment)
    : undefined
}
