import {
  DeleteAliasCommand,
  GetAliasCommand,
  GetFunctionCommand,
  UpdateAliasCommand,
} from '@aws-sdk/client-lambda'
import type { KindName } from '../../../../../scripts/kinds/all.ts'
import { type Digest, digestFromBase64 } from '../../../../../scripts/names/digest.ts'
import type { ServiceName } from '../../../../../scripts/names/service-name.ts'
import { createTwoVersions } from '../../../../emulator/lambda/calls.ts'
import { type AppliedThing, atOnce, type OnTheWire, onTheWire, type Stand, uniqueName } from './stand.ts'

const Name = 'STAGING'

/** A function whose alias is at version 1 and whose version 2 was just published. */
export function applyFunction(kind: Extract<KindName, 'lambda-zip' | 'lambda-image'>, name?: string) {
  return async (stand: Stand): Promise<AppliedThing & { wire: OnTheWire; name: string }> => {
    const { lambda } = stand.clients
    const FunctionName = name ?? uniqueName('function')
    await createTwoVersions(stand.clients, { FunctionName, Name })
    const { Configuration } = await lambda.send(new GetFunctionCommand({ FunctionName, Qualifier: '2' }))
    const wire = onTheWire(stand, FunctionName)
    const tag = 'service-a-v1.1.0'
    const stable = `${Name}_STABLE`
    let byHand = 0
    const applied = { kind, tag, revision: '2', functionName: FunctionName, live: Name, stable }
    return {
      rollout: {
        target: { service: 'service-a' as ServiceName, environment: 'staging' },
        tag,
        applied,
        digests: [digestFromBase64(Configuration?.CodeSha256 ?? '') as Digest],
        plan: atOnce,
      },
      name: FunctionName,
      wire,
      first: '1',
      runs: async () => (await lambda.send(new GetAliasCommand({ FunctionName, Name }))).FunctionVersion,
      another: async () => '$LATEST',
      async sendByHand(FunctionVersion) {
        byHand += 1
        const RoutingConfig = { AdditionalVersionWeights: {} }
        await lambda.send(new UpdateAliasCommand({ FunctionName, Name, FunctionVersion, RoutingConfig }))
      },
      remove: async () => void (await lambda.send(new DeleteAliasCommand({ FunctionName, Name }))),
      writes: () => wire.requests('UpdateAlias').length - byHand,
      beforeWrite: act => wire.meanwhile('UpdateAlias', act),
      loseAnswer: () => wire.loseAnswer('UpdateAlias'),
    }
  }
}
