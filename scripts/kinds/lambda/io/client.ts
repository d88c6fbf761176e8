import { type AwsSettings, awsFailure, clientConfig, explainAws, notWhole } from '../../../aws/io/calls.ts'
import type { Alias } from '../../rollout.ts'

/** The calls to Lambda that Waybill makes. */
export type Lambda = {
  /** An alias of a function; undefined when there is none. */
  alias(functionName: string, name: string): Promise<Alias | undefined>
  /** Sends all of an alias's traffic to a version, if the alias is still at this revision; false when it is not. */
  moveAlias(functionName: string, name: string, to: { version: string; revisionId: string }): Promise<boolean>
  /** Whether a published version can take traffic yet, as Lambda names it: `Active`, `Pending`, `Failed`, `Inactive`. */
  versionState(functionName: string, version: string): Promise<{ state: string; reason: string | undefined }>
}

/** Connects to Lambda in an environment. */
export async function connectLambda(settings: AwsSettings): Promise<Lambda> {
  const sdk = await import('@aws-sdk/client-lambda')
  const client = new sdk.LambdaClient(clientConfig(settings))
  const explain = (error: unknown, doing: string) => explainAws(error, settings, doing)
  const alias: Lambda['alias'] = async (FunctionName, Name) => {
    try {
      const found = await client.send(new sdk.GetAliasCommand({ FunctionName, Name }))
      if (found.FunctionVersion === undefined || found.RevisionId === undefined) throw notWhole()
      const weights = found.RoutingConfig?.AdditionalVersionWeights ?? {}
      return { version: found.FunctionVersion, weights, revisionId: found.RevisionId }
    } catch (error) {
      if (awsFailure(error).name === 'ResourceNotFoundException') return undefined
      throw explain(error, `read the alias ${Name} of ${FunctionName}`)
    }
  }
  return {
    alias,
    async moveAlias(FunctionName, Name, { version: FunctionVersion, revisionId: RevisionId }) {
      const RoutingConfig = { AdditionalVersionWeights: {} }
      const command = new sdk.UpdateAliasCommand({
        FunctionName,
        Name,
        FunctionVersion,
        RevisionId,
        RoutingConfig,
      })
      try {
        const moved = await client.send(command)
        if (moved.FunctionVersion !== FunctionVersion) throw notWhole()
        return true
      } catch (error) {
        // Also after our own write whose answer was lost: what the alias says now decides.
        const now = await alias(FunctionName, Name)
        if (now?.version === FunctionVersion && Object.keys(now.weights).length === 0) return true
        if (awsFailure(error).name === 'PreconditionFailedException') return false
        throw explain(error, `move the alias ${Name} of ${FunctionName} to version ${FunctionVersion}`)
      }
    },
    async versionState(FunctionName, Qualifier) {
      try {
        const { Configuration } = await client.send(new sdk.GetFunctionCommand({ FunctionName, Qualifier }))
        if (Configuration === undefined) throw notWhole()
        return { state: Configuration.State ?? 'Active', reason: Configuration.StateReason }
      } catch (error) {
        throw explain(error, `read version ${Qualifier} of ${FunctionName}`)
      }
    },
  }
}
