import { isDeepStrictEqual } from 'node:util'
import type { AliasConfiguration, FunctionConfiguration, LambdaClient } from '@aws-sdk/client-lambda'
import {
  type AwsSettings,
  awsFailure,
  explainAws,
  incompleteAnswer,
  makeClient,
  required,
} from '../../../aws/io/calls.ts'
import { paceCalls } from '../../../aws/io/paced.ts'
import { lambdaCallsPerSecond } from '../../../aws/quotas.ts'
import type { Clock } from '../../../base/clock.ts'
import { pace } from '../../../base/io/pace.ts'
import { plain } from '../../../base/printable.ts'
import type { Digest } from '../../../names/digest.ts'
import type { Leftover } from '../../io/mover.ts'
import { digestOf, holdsSame, type Invocation, invocationIn } from './answers.ts'

/** An alias of a function. `weights` are the shares of other versions, from 0 to 1. */
export type Alias = {
  readonly arn: string | undefined
  readonly version: string
  readonly weights: Readonly<Record<string, number>>
  readonly description: string
  readonly revisionId: string
}

/** A published version of a function: its state (`Active`, `Pending`, `Failed`, `Inactive`) and the digest it runs. */
export type FunctionVersion = {
  readonly state: string
  readonly reason: string | undefined
  readonly digest: Digest | undefined
}

/**
 * Where an alias goes if it is still at this revision: all of its traffic to a version, but for the `weights` of others.
 * Its description too, if that changes.
 */
export type AliasMove = {
  readonly version: string
  readonly weights?: Readonly<Record<string, number>>
  readonly revisionId: string
  readonly description?: string
}

/** A version of a function with its description, and the aliases that name it. */
export type PublishedVersion = {
  readonly version: string
  readonly description: string
  readonly aliases: readonly string[]
}

/** What a function is called with, how long its answer may take, in ms, and what ends the wait for it earlier. */
export type Call = { readonly payload: unknown; readonly ms: number; readonly signal: AbortSignal }

/** The calls to Lambda that Waybill makes. */
export type Lambda = {
  /** An alias of a function; undefined when there is none. */
  alias(functionName: string, name: string): Promise<Alias | undefined>
  /** Sends an alias's traffic elsewhere, or returns false if the alias is no longer at this revision. */
  moveAlias(functionName: string, name: string, to: AliasMove): Promise<boolean>
  /** The version that a number or an alias names; undefined when there is none. */
  version(functionName: string, qualifier: string): Promise<FunctionVersion | undefined>
  /** What `$LATEST` holds and this version does not; undefined if they hold the same. */
  unpublished(functionName: string, version: string): Promise<Leftover | undefined>
  /** Calls a version with a JSON document and waits for its answer, at most so many ms. */
  invoke(functionName: string, version: string, call: Call): Promise<Invocation>
  /** Every published version, newest first, and the aliases that send traffic to it. */
  versions(functionName: string): Promise<PublishedVersion[]>
  /** Removes a published version; one that is already gone is fine. Lambda refuses one that an alias names. */
  removeVersion(functionName: string, version: string): Promise<void>
  /** Publishes `$LATEST` if it is still at this revision id. Returns the version. */
  publish(functionName: string, revisionId: string): Promise<string>
}

// AWS Lambda developer guide, "Lambda quotas": a function may run for 15 minutes.
const longestCallMs = 15 * 60_000

// A rollout alone makes no more calls at once than these, so that it never waits.
const callsOfOneRollout = 5

/** Connects to Lambda in an environment. */
export async function connectLambda(settings: AwsSettings, clock: Clock): Promise<Lambda> {
  const sdk = await import('@aws-sdk/client-lambda')
  const client: LambdaClient = paceCalls(
    makeClient(sdk.LambdaClient, 'LAMBDA', settings),
    pace(clock, lambdaCallsPerSecond, callsOfOneRollout),
    command => command !== 'GetFunctionCommand',
  )
  // The connection of a call is silent until the function answers.
  const callsMs = Math.max(settings.timeoutMs, longestCallMs)
  const caller: LambdaClient = makeClient(sdk.LambdaClient, 'LAMBDA', { ...settings, timeoutMs: callsMs })
  const explain = (error: unknown, doing: string) => explainAws(error, settings, doing)
  const alias: Lambda['alias'] = async (FunctionName, Name) => {
    try {
      const found = await client.send(new sdk.GetAliasCommand({ FunctionName, Name }))
      if (found.FunctionVersion === undefined || found.RevisionId === undefined) throw incompleteAnswer()
      const weights = found.RoutingConfig?.AdditionalVersionWeights ?? {}
      return {
        arn: found.AliasArn,
        version: found.FunctionVersion,
        weights,
        description: found.Description ?? '',
        revisionId: found.RevisionId,
      }
    } catch (error) {
      if (awsFailure(error).name === 'ResourceNotFoundException') return undefined
      throw explain(error, `read the alias ${Name} of ${FunctionName}`)
    }
  }
  return {
    alias,
    async moveAlias(FunctionName, Name, { version: FunctionVersion, weights = {}, ...move }) {
      const { revisionId: RevisionId, description } = move
      const RoutingConfig = { AdditionalVersionWeights: { ...weights } }
      const command = new sdk.UpdateAliasCommand({
        FunctionName,
        Name,
        FunctionVersion,
        RevisionId,
        RoutingConfig,
        ...(description === undefined ? {} : { Description: description }),
      })
      try {
        const moved = await client.send(command)
        if (moved.FunctionVersion !== FunctionVersion) throw incompleteAnswer()
        return true
      } catch (error) {
        // The answer to our own write may have been lost, so what the alias says now decides.
        const now = await alias(FunctionName, Name)
        if (now?.version === FunctionVersion && isDeepStrictEqual(now.weights, weights)) return true
        if (awsFailure(error).name === 'PreconditionFailedException') return false
        throw explain(error, `move the alias ${Name} of ${FunctionName} to version ${FunctionVersion}`)
      }
    },
    async version(FunctionName, Qualifier) {
      try {
        const found = await client.send(new sdk.GetFunctionCommand({ FunctionName, Qualifier }))
        if (found.Configuration === undefined) throw incompleteAnswer()
        const { State = 'Active', StateReason } = found.Configuration
        return {
          state: State,
          reason: StateReason === undefined ? undefined : plain(StateReason, 400),
          digest: digestOf(found),
        }
      } catch (error) {
        if (awsFailure(error).name === 'ResourceNotFoundException') return undefined
        throw explain(error, `read version ${Qualifier} of ${FunctionName}`)
      }
    },
    async unpublished(FunctionName, version) {
      try {
        const [latest, published] = await Promise.all([
          client.send(new sdk.GetFunctionCommand({ FunctionName })),
          client.send(new sdk.GetFunctionCommand({ FunctionName, Qualifier: version })),
        ])
        const held = required(latest.Configuration)
        if (holdsSame(held, required(published.Configuration))) return undefined
        return { digest: digestOf(latest), guard: required(held.RevisionId) }
      } catch (error) {
        throw explain(error, `compare ${FunctionName} with its version ${version}`)
      }
    },
    async versions(FunctionName) {
      const versions: FunctionConfiguration[] = []
      const aliases: AliasConfiguration[] = []
      try {
        // The versions first: an alias that moves meanwhile then names one that is known, or a newer one.
        for await (const { Versions } of sdk.paginateListVersionsByFunction({ client }, { FunctionName }))
          versions.push(...required(Versions))
        for await (const { Aliases } of sdk.paginateListAliases({ client }, { FunctionName }))
          aliases.push(...required(Aliases))
      } catch (error) {
        throw explain(error, `list the versions of ${FunctionName}`)
      }
      return versions
        .flatMap(({ Version, Description = '' }) =>
          Version === undefined || Version === '$LATEST'
            ? []
            : [{ version: Version, description: Description, aliases: namesOf(aliases, Version) }],
        )
        .toSorted((a, b) => Number(b.version) - Number(a.version))
    },
    async removeVersion(FunctionName, Qualifier) {
      try {
        await client.send(new sdk.DeleteFunctionCommand({ FunctionName, Qualifier }))
      } catch (error) {
        if (awsFailure(error).name === 'ResourceNotFoundException') return
        throw explain(error, `remove version ${Qualifier} of ${FunctionName}`)
      }
    },
    async invoke(FunctionName, Qualifier, { payload, ms, signal }) {
      const Payload = JSON.stringify(payload)
      const abortSignal = AbortSignal.any([signal, AbortSignal.timeout(ms)])
      try {
        const command = new sdk.InvokeCommand({ FunctionName, Qualifier, Payload })
        return invocationIn(await caller.send(command, { abortSignal }))
      } catch (error) {
        if (abortSignal.aborted) return { failed: `no answer within ${ms / 1000} s` }
        throw explain(error, `call version ${Qualifier} of ${FunctionName}`)
      }
    },
    async publish(FunctionName, RevisionId) {
      try {
        const published = await client.send(new sdk.PublishVersionCommand({ FunctionName, RevisionId }))
        return required(published.Version)
      } catch (error) {
        throw explain(error, `publish a version of ${FunctionName}`)
      }
    },
  }
}

function namesOf(aliases: readonly AliasConfiguration[], version: string): string[] {
  return aliases.flatMap(({ Name, FunctionVersion, RoutingConfig }) => {
    const versions = [FunctionVersion, ...Object.keys(RoutingConfig?.AdditionalVersionWeights ?? {})]
    return Name !== undefined && versions.includes(version) ? [Name] : []
  })
}
