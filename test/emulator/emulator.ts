import { control } from './control.ts'
import { ecrService } from './ecr/service.ts'
import type { EcrState } from './ecr/state.ts'
import { closeServer, listen } from './http-server.ts'
import type { Credential } from './identity.ts'
import { createIdentities } from './identity.ts'
import type { Fault } from './pipeline/faults.ts'
import { createFaults } from './pipeline/faults.ts'
import { createQuotas } from './pipeline/quotas.ts'
import { serve } from './pipeline/serve.ts'
import { registryService } from './registry/service.ts'
import type { LoggedRequest } from './request-log.ts'
import { createRequestLog } from './request-log.ts'
import { s3Service } from './s3/service.ts'
import type { S3State } from './s3/state.ts'
import { stsService } from './sts.ts'

export type { Fault, FaultKind } from './pipeline/faults.ts'
export type { LoggedRequest } from './request-log.ts'

/** A running emulator. It is a stand-in for AWS, not AWS. */
export type Emulator = {
  /** For example `http://127.0.0.1:4599`. */
  url: string
  /** What a child process needs in order to talk to the emulator and to nothing else. */
  env: Record<string, string>
  /** The account of `env`'s credentials. */
  account: string
  /** The request log, in order of arrival. */
  requests: () => LoggedRequest[]
  clearRequests: () => void
  /** Puts a fault in force; returns what takes it out again. */
  inject: (fault: Fault) => () => void
  clearFaults: () => void
  /** The environment variables of another identity: of another account, or of a session that has expired. */
  credentials: (options: { account?: string; expired?: boolean }) => Record<string, string>
  /** Makes an object report this many bytes, because nobody uploads 6 GB in a test. */
  pretendObjectSize: (bucket: string, key: string, bytes: number) => void
  /** Stops listening and destroys open connections. */
  close: () => Promise<void>
}

/** What can be set when the emulator starts. */
export type EmulatorOptions = {
  /** Default: a free one. */
  port?: number
  /** Default: us-east-1. */
  region?: string
  /** Default: 111111111111. */
  account?: string
  latencyMs?: number | ((operation: string) => number)
  /** Requests a second by operation, for each account and region, as a token bucket that starts full. */
  quotas?: Record<string, number>
  /** Hears of each request once it is over. */
  onRequest?: (request: LoggedRequest) => void
  /** Which error an identical push to an immutable repository gives; reports from AWS differ. */
  identicalPut?: EcrState['identicalPut']
}

/** Starts an emulator on loopback with empty stores. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { region = 'us-east-1', account = '111111111111', latencyMs = 0 } = options
  const identities = createIdentities()
  const log = createRequestLog(options.onRequest)
  const faults = createFaults()
  const s3: S3State = { buckets: new Map() }
  const ecr: EcrState = {
    repositories: new Map(),
    host: '',
    identicalPut: options.identicalPut ?? 'ImageAlreadyExistsException',
  }
  const pipeline = {
    services: [
      ecrService(ecr, identities),
      registryService(ecr, identities),
      stsService(identities),
      s3Service(s3, identities, region),
    ],
    log,
    faults,
    quotas: createQuotas(options.quotas ?? {}),
    latencyMs: typeof latencyMs === 'number' ? () => latencyMs : latencyMs,
  }
  const credentials: Emulator['credentials'] = ({ account: other = account, expired = false }) =>
    credentialEnv(expired ? identities.session({ account: other, expired }) : identities.user(other))
  const { server, port } = await listen(options.port ?? 0, async (request, deliver) => {
    const answered = control(request, { log, faults, credentials })
    if (answered) await deliver({ how: 'send', answer: answered })
    else await serve(pipeline, request, deliver)
  })
  ecr.host = `127.0.0.1:${port}`
  const url = `http://${ecr.host}`
  return {
    url,
    env: { ...credentialEnv(identities.user(account)), ...endpointEnv(url, region) },
    account,
    requests: log.all,
    clearRequests: log.clear,
    inject: faults.inject,
    clearFaults: faults.clear,
    credentials,
    pretendObjectSize: (bucket, key, bytes) => {
      const version = s3.buckets.get(bucket)?.objects.get(key)?.[0]
      if (!version) throw new Error(`no object ${bucket}/${key}`)
      version.size = bytes
    },
    close: () => closeServer(server),
  }
}

function credentialEnv(credential: Credential): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: credential.accessKey,
    AWS_SECRET_ACCESS_KEY: credential.secretKey,
    // Empty rather than absent, so that it also replaces one that was there.
    AWS_SESSION_TOKEN: credential.sessionToken ?? '',
  }
}

function endpointEnv(url: string, region: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: region,
    // Nothing of a person's own configuration may reach a test, nor a request a real account.
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  }
}
