import type { BucketChange } from '../../aws/bucket.ts'
import type { Environment } from '../../catalogue/environments.ts'
import type { Look } from '../check.ts'
import type { RevisionsInEnvironment } from '../revisions/checks.ts'
import type { Demand } from './demand.ts'

/** Something of EC2 that an environment names, and the VPC that it is in. */
export type InNetwork = { readonly id: string; readonly vpc: string }

/** What a cluster is, and what it can run tasks on. */
export type ClusterSeen = { readonly status: string; readonly capacityProviders: readonly string[] }

/** A listener with its load balancer. */
export type ListenerSeen = {
  readonly protocol: string
  readonly port: number
  /** The load balancer's name, its state, such as `active`, and its VPC. */
  readonly balancer: { readonly name: string; readonly state: string; readonly vpc: string }
}

/** A rule of the listener: its priority, and the names of the target groups that it forwards to. */
export type RuleSeen = {
  readonly arn: string
  readonly priority: string
  readonly targetGroups: readonly string[]
}

/** What was seen of a role or policy that exists: how long a session of it may last, in minutes. */
export type AccessFound = { readonly sessionMinutes: number }

/** One of Waybill's own roles or policies in the environment's account, and what was found of it, if it exists. */
export type AccessSeen = {
  readonly what: 'role' | 'boundary'
  readonly name: string
  /** Whether it is the role that deploys. */
  readonly deploys?: true
  readonly found: Look<AccessFound | undefined>
}

/** What a bucket lacks of what bootstrap sets up; undefined if it does not exist. */
export type BucketLook = Look<readonly BucketChange[] | undefined>

/** What was seen of an environment; what no service needs, or the file does not name, was not looked at. */
export type EnvironmentSeen = {
  readonly name: string
  readonly environment: Environment
  readonly demand: Demand
  /** The ARN of the caller, whose account is the environment's. */
  readonly caller: Look<string>
  /** The buckets of its states and of its ledgers. */
  readonly stateBucket: BucketLook
  readonly ledgerBucket: BucketLook
  readonly access: readonly AccessSeen[]
  /** The cluster; undefined in the look if there is none of that name. */
  readonly cluster: Look<ClusterSeen | undefined> | undefined
  readonly subnets: Look<readonly InNetwork[]> | undefined
  readonly securityGroups: Look<readonly InNetwork[]> | undefined
  readonly listener: Look<ListenerSeen | undefined> | undefined
  readonly rules: Look<readonly RuleSeen[]> | undefined
  /** Whether the topic and the secret of its notices exist. */
  readonly topic: Look<boolean> | undefined
  readonly webhook: Look<boolean> | undefined
  readonly revisions: Look<RevisionsInEnvironment>
  /** Whether the guardian was deployed; undefined without one. */
  readonly guardian?: Look<boolean> | undefined
}
