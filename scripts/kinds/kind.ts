import type { z } from 'zod'
import type { Place } from '../aws/arn.ts'
import type { Statement } from '../aws/statements.ts'
import type { Target } from '../names/target.ts'

/** What is built and promoted for a service. */
export type ArtifactTypeName = 'image' | 'zip'

/** What a kind may use of an environment in cdktf/environments.json. */
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
}

/** Settings as service.json gives them, unchecked: one service's fault must not keep others from being compared. */
export type Part = Readonly<Record<string, unknown>>

/** A name that a target takes in AWS. */
export type NameUsed = {
  /** As in "the IAM role". */
  readonly what: string
  readonly name: string
  /** The most characters that AWS allows. */
  readonly longest: number
  /** Where no other target may take it: a phrase for people such as "in one account", and what tells two such places apart. */
  readonly within?: { readonly says: string; readonly key: string }
  /** What helps where two targets take it; by default one of them is renamed. */
  readonly remedy?: string
}

/** An environment by its name. */
export type Scope = { readonly name: string; readonly environment: Surroundings }

/**
 * What Terraform needs for some types of resources. Derived from what each type is in AWS (Service Authorization
 * Reference) and from what the AWS provider is known to call; only a real account can prove it.
 */
export type TypeRights = {
  /** The types, as Terraform calls them. */
  readonly types: readonly string[]
  readonly sid: string
  readonly read: readonly string[]
  readonly write: readonly string[]
  /** Actions that AWS knows no resource for. */
  readonly anywhere?: { readonly read?: readonly string[]; readonly write?: readonly string[] }
  readonly resources: readonly string[]
}

/** What CI may do for a kind in an environment: Terraform with its resources, the scripts with its pointers. */
export type Rights = {
  readonly terraform: readonly TypeRights[]
  /** The ARNs of its log groups, as patterns. */
  readonly logGroups: readonly string[]
  /** To look where the traffic goes. */
  readonly look: readonly Statement[]
  /** To send it elsewhere. */
  readonly move: readonly Statement[]
}

/**
 * What every stack puts out. `revision` is what a rollout sends traffic to: the number of a published version, or the
 * ARN of a task definition.
 */
export type AppliedBase = { readonly kind: string; readonly tag: string; readonly revision: string }

/** All that the rest of Waybill asks of a kind of service, as data and pure functions. What acts on AWS is its `Mover`. */
export type Kind<
  Name extends string = string,
  Settings = unknown,
  Applied extends AppliedBase = AppliedBase,
> = {
  /** `kind` in service.json and in the stack's output. */
  readonly name: Name
  readonly artifact: ArtifactTypeName
  /** Whether an image may be an index: of several platforms, or with attestations inside. */
  readonly acceptsIndex: boolean
  /** The fields of service.json beside those that all kinds have. */
  readonly fields: z.ZodRawShape
  /** How it runs in an environment. */
  readonly settings: z.ZodObject & z.ZodType<Settings>
  /** What is wrong with settings whose fields are all right by themselves. */
  faults(settings: Settings): readonly string[]
  /** How long its rollout strategy takes at least, in minutes. */
  strategyMinutes(settings: Settings): number
  /** Each name that a target takes in its account. */
  names(target: Target, given: Part, environment: Surroundings): readonly NameUsed[]
  /** Types of Terraform's whose replacement or destruction a person allows by address. */
  readonly guarded: readonly string[]
  rights(scope: Scope): Rights
  /** The stack's output `applied`, also as earlier versions of Waybill wrote it. */
  readonly applied: z.ZodType<Applied>
  /** What its traffic goes through, as in "the alias STAGING of service-b-staging". */
  pointer(applied: Applied): string
  /** Where the traffic goes when a rollout has ended, as in "STAGING → version 7". */
  show(applied: Applied): string
}
