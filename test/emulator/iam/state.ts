import { createHash } from 'node:crypto'
import { AwsError } from '../protocol/protocol.ts'
import type { Xml } from '../protocol/xml.ts'

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

/** One managed policy of an account, with its versions by id. */
export type ManagedPolicy = {
  name: string
  path: string
  arn: string
  createdAt: Date
  description?: string
  versions: Map<string, { document: string; createdAt: Date }>
  /** How many versions there ever were: their numbers are not used again. */
  versionCount: number
  defaultVersion: string
  tags: Map<string, string>
}

/** Everything that IAM holds, by ARN; it grants and denies nothing. */
export type IamState = {
  roles: Map<string, Role>
  policies: Map<string, ManagedPolicy>
  providers: Map<string, OidcProvider>
}

/** Makes IAM without anything in it. */
export function createIam(): IamState {
  return { roles: new Map(), policies: new Map(), providers: new Map() }
}

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

/** Tags as a list of members. */
export function printTags(tags: Map<string, string>): Xml {
  return { member: [...tags].map(([Key, Value]) => ({ Key, Value })) }
}

/** Tags as they are kept, from those of a request. */
export function tagMap(tags: RequestTag[]): Map<string, string> {
  return new Map(tags.map(({ Key, Value }) => [Key, Value]))
}

/** Adds tags, in the place of those with the same keys. */
export function setTags(tags: Map<string, string>, added: RequestTag[]): void {
  for (const { Key, Value } of added) tags.set(Key, Value)
}

/** Removes tags by their keys. */
export function dropTags(tags: Map<string, string>, keys: string[]): void {
  for (const key of keys) tags.delete(key)
}

/** The unique id of what has this ARN; its prefix says what that is. */
export function idOf(prefix: 'ANPA' | 'AROA', arn: string): string {
  return `${prefix}${createHash('sha256').update(arn).digest('hex').slice(0, 17).toUpperCase()}`
}

type RequestTag = { Key: string; Value: string }
