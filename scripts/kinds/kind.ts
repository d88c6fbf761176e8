import type { z } from 'zod'
import type { Place } from '../aws/arn.ts'
import type { Condition, Statement } from '../aws/statements.ts'
import type { Target } from '../names/target.ts'
import type { RolloutPlan } from '../strategy/plan.ts'
import type { Managed } from './managed.ts'

/** The types of what is built and promoted. */
export const artifactTypeNames = ['image', 'zip'] as const

/** The type of what is built and promoted for a service. */
export type ArtifactTypeName = (typeof artifactTypeNames)[number]

/** The fields of an environment in cdktf/environments.json that a kind may use. */
export type Surroundings = Place & {
  readonly cluster?: string | undefined
  readonly network?:
    | {
        readonly vpc: string
        readonly subnets: readonly string[]
        readonly securityGroups?: readonly string[] | undefined
      }
    | undefined
  readonly listener?: string | undefined
  readonly testListener?: string | undefined
  /** Settings of all services by their kind, below those of a service.json. */
  readonly defaults?: Readonly<Record<string, Part | undefined>> | undefined
}

/** Something of an environment that a service can need and Waybill does not create; each is a field of environments.json. */
export type Need = 'cluster' | 'network' | 'securityGroups' | 'listener' | 'testListener'

/** What a target needs of its environment. */
export type Needs = {
  readonly fields: readonly Need[]
  /** Its rule on the listener: the priority, and the target groups that only this target forwards to. */
  readonly rule?: { readonly priority: number; readonly targetGroups: readonly string[] } | undefined
  /** What the cluster must be able to run tasks on. */
  readonly capacityProviders?: readonly string[] | undefined
}

/** Settings as written in service.json, unchecked: a fault in one service must not stop the comparison of others. */
export type Part = Readonly<Record<string, unknown>>

/** A name that a target uses in AWS. */
export type NameUsed = {
  /** As in "the IAM role". */
  readonly what: string
  readonly name: string
  /** Maximum length that AWS allows, in characters. */
  readonly longest: number
  /** Where it must be unique: a phrase such as "in the same account", and a key that identifies the place. */
  readonly within?: { readonly says: string; readonly key: string }
  /** What to do when two targets use it; by default, rename one of them. */
  readonly remedy?: string
  /** Where AWS limits how many there are. */
  readonly counted?: Counted
}

/** A quota of AWS, and the place that it is for: a phrase such as "in the account 111111111111", which identifies it. */
export type Counted = { readonly quota: 'roles' | 'target groups' | 'rules'; readonly place: string }

/**
 * An environment and its name; `given` are the settings, by kind and unchecked, of the services there that are called
 * otherwise than after their stack or run in another cluster.
 */
export type Scope = {
  readonly name: string
  readonly environment: Surroundings
  readonly given?: Readonly<Record<string, readonly Part[] | undefined>> | undefined
}

/**
 * The actions that Terraform needs for some resource types. Derived from the Service Authorization Reference and the
 * calls that the AWS provider is known to make; only a real account can prove it.
 */
export type TypeRights = {
  /** Terraform's names for the types. */
  readonly types: readonly string[]
  readonly sid: string
  readonly read: readonly string[]
  readonly write: readonly string[]
  /** Actions that AWS cannot limit to a resource. */
  readonly anywhere?: readonly string[]
  readonly resources: readonly string[]
  readonly condition?: Condition
}

/** What CI needs for the roles of a kind's stacks. */
export type RoleRights = {
  /** The endings of the roles' names after `<service>-<environment>`; an empty string for no ending. */
  readonly suffixes: readonly string[]
  /** The AWS services that assume them, as in `lambda.amazonaws.com`. */
  readonly passedTo: readonly string[]
  /** The ARNs of the managed policies that may be attached to them. */
  readonly managedPolicies: readonly string[]
  /** Statements for what AWS creates along with them. */
  readonly others: readonly Statement[]
}

/** What CI may do for a kind in an environment: Terraform with its resources, the scripts with its pointers. */
export type Rights = {
  readonly terraform: readonly TypeRights[]
  /** ARN patterns of its log groups. */
  readonly logGroups: readonly string[]
  /** The roles that its stacks create. */
  readonly roles: RoleRights
  /** To read where the traffic goes. */
  readonly look: readonly Statement[]
  /** To send it elsewhere. */
  readonly move: readonly Statement[]
  /** To send it back at once, which is all that a guardian does; and to take the steps of a rollout. */
  readonly back?: readonly Statement[]
  readonly step?: readonly Statement[]
  /** To list the revisions, on platforms that keep them all. */
  readonly list?: readonly Statement[]
  /** To remove old ones, on the same platforms. */
  readonly prune?: readonly Statement[]
}

/**
 * What every stack outputs. `revision` is what a rollout sends traffic to: the number of a published version, or the ARN
 * of a task definition.
 */
export type AppliedBase = { readonly kind: string; readonly tag: string; readonly revision: string }

/** An existing resource that a plan would update in place; `after` lacks what only the apply will know. */
export type PlannedChange = {
  readonly address: string
  readonly type: string
  readonly before: unknown
  readonly after: unknown
}

/** Why a platform does not take changes in one deploy, and the steps that it does take. */
export type TooMuchAtOnce = { readonly why: string; readonly steps: readonly string[] }

/** A revision that can take traffic: its release if it says so, and what points to it, as in `STAGING`. */
export type RegisteredRevision = {
  readonly revision: string
  readonly tag: string | undefined
  readonly pointers: readonly string[]
}

/** What the repository's policy has to allow a platform that pulls the image itself. */
export type Pulls = {
  /** The statement's id, unique among the kinds. */
  readonly sid: string
  /** The AWS service that pulls. */
  readonly service: string
  readonly actions: readonly string[]
  /** The source ARN that it pulls for. */
  arn(target: Target, place: Place, given: Part): string
}

/** What Waybill needs to know about a kind of service, as data and pure functions. Its `Mover` acts on AWS. */
export type Kind<
  Name extends string = string,
  Settings = unknown,
  Applied extends AppliedBase = AppliedBase,
> = {
  /** `kind` in service.json and in the stack's output. */
  readonly name: Name
  readonly artifact: ArtifactTypeName
  /** Whether an image may be an index: with several platforms, or with attestations inside. */
  readonly acceptsIndex: boolean
  /** The maximum size of a zip's content, in bytes, and the remedy beyond it; no limit if left out. */
  readonly zipLimit?: { readonly bytes: number; readonly remedy: string }
  /** For platforms that pull the image themselves. */
  readonly pulls?: Pulls
  /** The fields of service.json besides those that all kinds share. */
  readonly fields: z.ZodRawShape
  /**
   * The schema of how it runs in one environment. What an environment gives is merged with the common settings by key
   * where the schema has a map or a group, which is an object with `prefault`; anything else is replaced.
   */
  readonly settings: z.ZodObject & z.ZodType<Settings>
  /** Faults across fields, each of which is valid on its own. */
  faults(settings: Settings): readonly string[]
  /** How a deployment with these settings is rolled out. */
  rollout(target: Target, settings: Settings): RolloutPlan
  /** What a target needs of its environment. */
  needs(target: Target, settings: Settings): Needs
  /** Every name that a target uses in its account. */
  names(target: Target, given: Part, environment: Surroundings): readonly NameUsed[]
  /** The names of the alarms that its stack makes; nothing if left out. */
  alarms?(target: Target): readonly string[]
  /** The Terraform types that its stacks create. Any other is a repository's own, and guarded, too. */
  readonly managed: Managed
  /** The Terraform types that are replaced or destroyed only if a person allows it by address. */
  readonly guarded: readonly string[]
  /** The Terraform types whose replacement only adds a revision: `skip_destroy` keeps the old one. */
  readonly revisions: readonly string[]
  /** By type, what somebody should know who takes such a resource over; nothing if left out. */
  readonly onImport?: Readonly<Record<string, string>>
  /** What people call an attribute of a service's resources, from its path in a plan; the path itself if left out. */
  attributeLabel?(path: string, service: string | undefined): string
  /** What a plan would do at once that the platform takes only in several deploys; nothing if left out. */
  tooMuchAtOnce?(changes: readonly PlannedChange[]): readonly TooMuchAtOnce[]
  /** The settings that say where a target is, if not where its stack's name says; unchecked. Left out, none does. */
  place?(given: Part): Part | undefined
  rights(scope: Scope): Rights
  /** The schema of the stack's output `applied`, which also reads what earlier versions of Waybill wrote. */
  readonly applied: z.ZodType<Applied>
  /** What its traffic goes through, as in "the alias STAGING of service-b-staging". */
  pointer(applied: Applied): string
  /**
   * What identifies its pointer, from names and settings alone, for when neither a ledger nor a state can be read; undefined if the
   * environment lacks something. Left out, it cannot go back then.
   */
  locate?(
    target: Target,
    environment: Surroundings,
    given: Part,
  ): Omit<Applied, 'tag' | 'revision'> | undefined
  /** Where what was applied is logged, and what the streams of its revision begin with on a day such as `2026/01/02`, if they tell. */
  log(target: Target, applied: Applied): { readonly group: string; streams?(day: string): string }
  /** What people call a revision, as in "version 7". */
  printRevision(revision: string): string
  /** Where the traffic goes after a rollout, as in "STAGING → version 7". */
  show(applied: Applied): string
}
