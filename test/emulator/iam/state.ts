import { AwsError } from '../protocol/protocol.ts'

/** One role, with its inline policies by name and its attached policies by ARN. */
export type Role = {
  name: string
  path: string
  arn: string
  id: string
  createdAt: Date
  trustPolicy: string
  description?: string
  maxSessionDuration: number
  permissionsBoundary?: string
  inline: Map<string, string>
  attached: Set<string>
  tags: Map<string, string>
}

/** One OpenID Connect provider. */
export type OidcProvider = {
  arn: string
  /** Without the scheme, as GetOpenIDConnectProvider prints it. */
  url: string
  clientIds: string[]
  thumbprints: string[]
  createdAt: Date
  tags: Map<string, string>
}

/** Everything that IAM holds, by ARN; it grants and denies nothing. */
export type IamState = { roles: Map<string, Role>; providers: Map<string, OidcProvider> }

/** 404, as IAM words it. */
export function noSuchEntity(message: string): AwsError {
  return new AwsError('NoSuchEntity', 404, message)
}

/** Finds a role of an account by its name alone: names are unique whatever the path. */
export function findRole(state: IamState, account: string, name: string): Role {
  const role = rolesOf(state, account).find(candidate => candidate.name === name)
  if (!role) throw noSuchEntity(`The role with name ${name} cannot be found.`)
  return role
}

/** The roles of an account. */
export function rolesOf(state: IamState, account: string): Role[] {
  return [...state.roles.values()].filter(role => role.arn.startsWith(`arn:aws:iam::${account}:`))
}
