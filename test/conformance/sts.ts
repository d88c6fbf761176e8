import { DescribeImagesCommand } from '@aws-sdk/client-ecr'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { expect } from 'vitest'
import type { Clients } from './clients.ts'
import type { Expectation } from './expectation.ts'
import { refused } from './refusal.ts'
import { read } from './s3-objects.ts'
import type { Target } from './target.ts'

/** Who is calling, and what expired credentials are told by each service. */
export const stsExpectations: Expectation[] = [
  {
    title: 'GetCallerIdentity answers the account, and an ARN and user id of it',
    row: 'sts-identity',
    service: 'sts',
    source: 'AWS Security Token Service API Reference, GetCallerIdentity, Response Elements',
    run: async ({ sts, account }) => {
      const caller = await sts.send(new GetCallerIdentityCommand({}))
      expect(caller).toMatchObject({ Account: account, UserId: expect.stringMatching(/./) })
      expect(caller.Account).toMatch(/^\d{12}$/)
      expect(caller.Arn).toMatch(new RegExp(`^arn:aws[\\w-]*:(iam|sts)::${account}:`))
    },
  },
  expired(
    { service: 'ecr', name: 'ExpiredTokenException', status: 400 },
    'Amazon ECR API Reference, Common Error Types, ExpiredTokenException',
    ({ ecr }, { names }) => ecr.send(new DescribeImagesCommand({ repositoryName: names.repositories.fixed })),
  ),
  expired(
    { service: 's3', name: 'ExpiredToken', status: 400 },
    'Amazon S3 API Reference, Error responses, ExpiredToken',
    (clients, { names }) => read(clients, names.buckets.plain, 'none'),
  ),
  expired(
    { service: 'sts', name: 'ExpiredToken', status: 403 },
    'AWS Security Token Service API Reference, Common Errors; aws-cli#7870',
    ({ sts }) => sts.send(new GetCallerIdentityCommand({})),
  ),
]

function expired(
  { service, name, status }: { service: Expectation['service']; name: string; status: number },
  source: string,
  call: (clients: Clients, target: Target) => Promise<unknown>,
): Expectation {
  return {
    title: `${service} answers ${name} to an expired session, which the SDK does not retry`,
    row: 'sts-expired',
    service,
    source,
    needs: 'expired credentials',
    run: async target => {
      const refusal = await refused(call(target.expired(), target))
      expect(refusal).toMatchObject({ name, status, attempts: 1 })
    },
  }
}
