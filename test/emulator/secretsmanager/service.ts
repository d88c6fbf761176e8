import type { Identities } from '../iam/identities.ts'
import type { JsonApi } from '../protocol/json-service.ts'
import { jsonService } from '../protocol/json-service.ts'
import type { Service } from '../protocol/protocol.ts'
import { jsonProblems } from '../protocol/wording.ts'
import * as secrets from './secrets.ts'
import type { SecretsState } from './state.ts'

const api: JsonApi<SecretsState> = {
  name: 'secretsmanager',
  scope: 'secretsmanager',
  target: 'secretsmanager',
  version: '1.1',
  operations: {
    CreateSecret: secrets.createSecret,
    DeleteSecret: secrets.deleteSecret,
    DescribeSecret: secrets.describeSecret,
    GetSecretValue: secrets.getSecretValue,
  },
  resource: input => String(input.SecretId ?? input.Name ?? ''),
  problems: jsonProblems('secretsmanager', {
    error500: ['InternalServiceError', 500, 'An error occurred on the server side.'],
  }),
}

/** Secrets Manager's JSON API, for secrets with one version. */
export function secretsService(state: SecretsState, identities: Identities): Service {
  return jsonService(api, state, identities)
}
