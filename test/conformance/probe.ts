import { DescribeImagesCommand } from '@aws-sdk/client-ecr'
import { ListObjectsV2Command } from '@aws-sdk/client-s3'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { UserError } from '../../scripts/base/user-error.ts'
import type { Clients } from './clients.ts'
import { conformanceErrors } from './errors.ts'
import type { Names } from './names.ts'
import { readRefusal } from './refusal.ts'

const denied = /^AccessDenied(Exception)?$/
const noCredentials =
  /^(InvalidAccessKeyId|InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|ExpiredToken)/

/** Finds out, with reads of what does not exist, which services an endpoint has; answers why for those it has not. */
export async function probe({ ecr, s3, sts }: Clients, { nothing }: Names, url: string) {
  const [noEcr, noS3, noSts] = await Promise.all([
    ask(ecr.send(new DescribeImagesCommand({ repositoryName: nothing })), 'RepositoryNotFoundException', url),
    ask(s3.send(new ListObjectsV2Command({ Bucket: nothing })), 'NoSuchBucket', url),
    ask(sts.send(new GetCallerIdentityCommand({})), undefined, url),
  ])
  if (noEcr && noS3 && noSts) {
    const remedy = 'ENDPOINT has to be an emulator of ECR, S3 or STS'
    throw new UserError(conformanceErrors['conformance-endpoint'], `${url} answers like no service of AWS`, {
      cause: `ECR: ${noEcr}, S3: ${noS3}, STS: ${noSts}`,
      remedy,
    })
  }
  return {
    ...(noEcr === undefined ? {} : { ecr: `${url} has no ECR: ${noEcr}` }),
    ...(noS3 === undefined ? {} : { s3: `${url} has no S3: ${noS3}` }),
    ...(noSts === undefined ? {} : { sts: `${url} has no STS: ${noSts}` }),
  }
}

async function ask(call: Promise<unknown>, expected: string | undefined, url: string) {
  try {
    await call
    return expected === undefined ? undefined : `it did not answer ${expected}`
  } catch (cause) {
    const { name, status } = readRefusal(cause)
    if (name === expected || denied.test(name)) return undefined
    const code = (cause as { code?: string }).code
    if (code !== undefined && status === undefined) {
      const reason = `${code} ${(cause as Error).message}`.trim()
      const remedy = 'Start it (make emulator starts one on port 4599), or leave ENDPOINT out'
      throw new UserError(conformanceErrors['conformance-silent'], `nothing answers at ${url}`, {
        cause: reason,
        remedy,
        origin: cause,
      })
    }
    if (noCredentials.test(name)) {
      const remedy = 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to what it takes. Nothing was created'
      throw new UserError(conformanceErrors['conformance-credentials'], `${url} refuses the credentials`, {
        cause: name,
        remedy,
        origin: cause,
      })
    }
    return `it answered ${name}${status === undefined ? '' : ` (${status})`}`
  }
}
