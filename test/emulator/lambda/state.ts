import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import type { Clock } from '../clock.ts'
import type { Metrics, Owner } from '../cloudwatch/metrics.ts'
import type { EcrState } from '../ecr/state.ts'
import type { Identity } from '../iam/identities.ts'
import type { IamState } from '../iam/state.ts'
import type { LogsState } from '../logs/state.ts'
import type { Runtime } from '../runtime/runtime.ts'
import type { Content } from '../runtime/unpack.ts'
import type { S3State } from '../s3/state.ts'
import { lambdaError, notFound } from './errors.ts'
import type { settingsSchema } from './settings-input.ts'

/** What a version of a function holds besides its code. */
export type Settings = z.output<typeof settingsSchema>

/** A version's code: what it was made from, its hash as `CodeSha256` says it, and itself. */
export type Code = {
  sha256: string
  size: number
  image?: { uri: string; resolvedUri: string }
  content: Content
}

/** `$LATEST`, or a published version, which only ever changes its state. */
export type FunctionVersion = {
  version: string
  arn: string
  settings: Settings
  code: Code
  packageType: 'Zip' | 'Image'
  architectures: string[]
  revisionId: string
  modifiedAt: Date
  /** When it is ready, in milliseconds since the epoch. */
  readyAt: number
  /** Whether it is being made for the first time, as opposed to updated. */
  fresh: boolean
  /** Of a published version: what `$LATEST` was when it was published. */
  content?: string
}

/** A pointer to one version, or to two with a weight for the second. */
export type Alias = {
  name: string
  arn: string
  version: string
  description: string
  /** The additional version and its share, from 0 to 1. */
  additional?: { version: string; weight: number }
  revisionId: string
  /** How often it was invoked since it last changed, which makes the choice by weight repeatable. */
  invocations: number
}

/** One function of one account in one region. */
export type LambdaFunction = {
  name: string
  arn: string
  latest: FunctionVersion
  published: Map<string, FunctionVersion>
  aliases: Map<string, Alias>
  /** Who may call it, by the alias or version that they may call, and by the id of the statement. */
  permissions: Map<string, Map<string, Permission>>
  tags: Map<string, string>
  reservedConcurrency?: number
}

/** A statement of a function's policy. */
export type Permission = {
  Sid: string
  Effect: 'Allow'
  Principal: { Service?: string; AWS?: string }
  Action: string
  Resource: string
  Condition?: Record<string, Record<string, string>>
}

/** Everything that Lambda holds, and where it reads code from. */
export type LambdaState = {
  functions: Map<string, LambdaFunction>
  /** The last version number of each function: it is not used again, even after the function was deleted. */
  lastVersions: Map<string, number>
  s3: S3State
  ecr: EcrState
  iam: IamState
  /** How long a function stays in progress after a change, in milliseconds; undefined means until somebody looks. */
  updateMs: number | undefined
  clock: Clock
  runtime: Runtime
  /** Code that runs in this process in place of a function's own, by the function's name. */
  here: Map<string, (event: unknown) => Promise<unknown>>
  metrics: Metrics
  /** Where the output of its processes goes. */
  logs: LogsState
  /** How many invocations of a function run now, by its ARN. */
  running: Map<string, number>
  /** Where in its sequence the choice between the versions of an alias begins, from 0 to 1. */
  routingSeed: number
  /** The credentials of a session of a role, and this AWS's address, as environment variables. */
  sessionEnv: (roleArn: string, owner: Owner) => Record<string, string>
}

/** One request with what its address says. */
export type LambdaCall = {
  state: LambdaState
  identity: Identity
  /** The function's bare name. */
  name: string
  qualifier: string | undefined
  /** The id of the statement that the address names. */
  statementId?: string | undefined
  query: URLSearchParams
  headers: Record<string, string>
  input: Record<string, unknown>
  body: Buffer
}

/** The ARN of a function in the caller's account and region, whether it exists or not. */
export function functionArn({ account, region }: Identity, name: string): string {
  return `arn:aws:lambda:${region}:${account}:function:${name}`
}

/** Finds the request's function, or throws Lambda's 404. */
export function findFunction({ state, identity, name }: LambdaCall): LambdaFunction {
  const arn = functionArn(identity, name)
  const found = state.functions.get(arn)
  if (!found) throw notFound(arn)
  return found
}

/** The version that a qualifier means: `$LATEST` without one, an alias's first version by its name. */
export function findVersion(target: LambdaFunction, qualifier: string | undefined): FunctionVersion {
  if (qualifier === undefined || qualifier === '$LATEST') return target.latest
  const number = target.aliases.get(qualifier)?.version ?? qualifier
  const version = number === '$LATEST' ? target.latest : target.published.get(number)
  if (!version) throw notFound(`${target.arn}:${qualifier}`)
  return version
}

/** What names the processes of a version: `$LATEST` becomes another one with every change. */
export function processKey({ arn, revisionId }: FunctionVersion): string {
  return `${arn} ${revisionId}`
}

/** Refuses a change while another one is in progress (seen as 409 by every client that does not wait). */
export function checkReady({ clock }: LambdaState, { latest, arn }: LambdaFunction): void {
  if (latest.readyAt <= clock.now()) return
  if (latest.fresh) throw pending()
  throw unavailable(`An update is in progress for resource: ${arn}`)
}

/** Refuses to invoke a version that is still being made (AWS Lambda developer guide, "Lambda function states"). */
export function checkActive({ clock }: LambdaState, { fresh, readyAt }: FunctionVersion): void {
  if (fresh && readyAt > clock.now()) throw pending()
}

const pending = () => unavailable('The function is currently in the following state: Pending')

function unavailable(reason: string): Error {
  return lambdaError('ResourceConflictException', `The operation cannot be performed at this time. ${reason}`)
}

/** What changes with every change of `$LATEST`: a new revision, and the time until it is in force. */
export function revised(state: LambdaState): Pick<FunctionVersion, 'revisionId' | 'modifiedAt' | 'readyAt'> {
  const now = state.clock.now()
  return { revisionId: randomUUID(), modifiedAt: new Date(now), readyAt: now + (state.updateMs ?? unseenMs) }
}

/** How long a change is in progress when nobody looks, in milliseconds: about as long as in AWS. */
const unseenMs = 5000

/** Finds the request's function to show it, with which a change in progress is over unless it has a time of its own. */
export function lookAt(call: LambdaCall): LambdaFunction {
  const target = findFunction(call)
  const { updateMs, clock } = call.state
  if (updateMs !== undefined) return target
  for (const version of [target.latest, ...target.published.values()]) {
    version.readyAt = Math.min(version.readyAt, clock.now())
  }
  return target
}
