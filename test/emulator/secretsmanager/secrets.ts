import { createHash, randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Identity } from '../iam/identities.ts'
import { AwsError } from '../protocol/protocol.ts'
import * as validation from '../protocol/validation.ts'
import { refusalFor } from '../protocol/validation.ts'
import type { Secret, SecretsState } from './state.ts'

/* Patterns and lengths are those of the AWS Secrets Manager API reference. */

const createSchema = z.object({
  Name: z
    .string()
    .min(1)
    .max(512)
    .regex(/^[\w/+=.@-]+$/),
  SecretString: z.string().min(1).max(65_536),
})
const namedSchema = z.looseObject({ SecretId: z.string().min(1).max(2048) })

/** CreateSecret. */
export function createSecret({ secrets }: SecretsState, identity: Identity, input: unknown): object {
  const { Name, SecretString } = readInput(createSchema, input)
  const owner = { account: identity.account, region: identity.region }
  if (find(secrets, owner, Name) !== undefined)
    throw new AwsError(
      'ResourceExistsException',
      400,
      `The operation failed because the secret ${Name} already exists.`,
    )
  // Random in AWS; here a test knows the ARN before there is a secret.
  const end = createHash('sha256').update(Name).digest('hex').slice(0, 6)
  const arn = `arn:aws:secretsmanager:${owner.region}:${owner.account}:secret:${Name}-${end}`
  const version = randomUUID()
  secrets.set(arn, { arn, owner, name: Name, value: SecretString, version })
  return { ARN: arn, Name, VersionId: version }
}

/** GetSecretValue, of the current version. */
export function getSecretValue(state: SecretsState, identity: Identity, input: unknown): object {
  const { arn, name, value, version } = existing(state, identity, input)
  return { ARN: arn, Name: name, SecretString: value, VersionId: version, VersionStages: ['AWSCURRENT'] }
}

/** DescribeSecret. */
export function describeSecret(state: SecretsState, identity: Identity, input: unknown): object {
  const { arn, name, version } = existing(state, identity, input)
  return { ARN: arn, Name: name, VersionIdsToStages: { [version]: ['AWSCURRENT'] } }
}

/** DeleteSecret, which the emulator does at once. */
export function deleteSecret(state: SecretsState, identity: Identity, input: unknown): object {
  const { arn, name } = existing(state, identity, input)
  state.secrets.delete(arn)
  return { ARN: arn, Name: name }
}

function existing({ secrets }: SecretsState, identity: Identity, input: unknown): Secret {
  const found = find(secrets, identity, readInput(namedSchema, input).SecretId)
  if (found !== undefined) return found
  throw new AwsError('ResourceNotFoundException', 400, "Secrets Manager can't find the specified secret.")
}

/** A secret by its ARN or its name; those of other accounts cannot be seen. */
function find(
  secrets: SecretsState['secrets'],
  { account, region }: Secret['owner'],
  id: string,
): Secret | undefined {
  return [...secrets.values()].find(
    ({ arn, name, owner }) =>
      (arn === id || name === id) && owner.account === account && owner.region === region,
  )
}

function readInput<T extends z.ZodType>(schema: T, input: unknown): z.output<T> {
  return validation.readInput(
    schema,
    input,
    problems => new AwsError('InvalidParameterException', 400, refusalFor(problems).message),
  )
}
