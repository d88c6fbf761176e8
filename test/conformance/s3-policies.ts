import { DeleteObjectCommand, PutBucketPolicyCommand, PutObjectTaggingCommand } from '@aws-sdk/client-s3'
import { expect, vi } from 'vitest'
import { s3Arn } from '../../scripts/aws/arn.ts'
import { principalPatterns } from '../../scripts/aws/principal.ts'
import { type PolicyStatement, printPolicy, writeOnce } from '../../scripts/aws/statements.ts'
import type { Expectation } from './expectation.ts'
import { refused } from './refusal.ts'
import { body, put, read } from './s3-objects.ts'
import type { Target } from './target.ts'

const row = 's3-append-only'
const service = 's3'
const denied = { name: 'AccessDenied', status: 403 }
const conditions = 'IAM User Guide, AWS global condition context keys, aws:PrincipalArn'

/** What the policy of a bucket denies. It leaves the bucket alone, so that the policy can be deleted. */
export const s3Policies: Expectation[] = [
  {
    title: 'a policy denies all that it does not list, but not to the role of the session that it exempts',
    row,
    service,
    needs: 'own account',
    source: `${conditions}; IAM JSON policy elements: NotAction`,
    run: async target => {
      const Bucket = await target.bucket('guarded')
      for (const Key of ['kept/entry', 'own/entry']) await put(target, Bucket, Key)
      const somebodyElse = `arn:aws:iam::${target.account}:role/waybill-conformance-nobody`
      await setPolicy(target, Bucket, [
        appendOnly(target, Bucket, 'kept', [somebodyElse]),
        appendOnly(target, Bucket, 'own', principalPatterns(target.arn)),
        writeOnce([s3Arn(target, Bucket, 'once/*')]),
      ])
      const remove = (Key: string) => target.s3.send(new DeleteObjectCommand({ Bucket, Key }))
      const Tagging = { TagSet: [{ Key: 'a', Value: 'b' }] }
      const tag = (Key: string) => target.s3.send(new PutObjectTaggingCommand({ Bucket, Key, Tagging }))
      await vi.waitFor(() => refused(remove('kept/until-in-force')), { timeout: 30_000, interval: 500 })
      for (const change of [remove, tag]) expect(await refused(change('kept/entry'))).toMatchObject(denied)
      expect(await read(target, Bucket, 'kept/entry')).toBe(body)
      await tag('own/entry')
      await remove('own/entry')
      expect(await refused(put(target, Bucket, 'once/entry'))).toMatchObject(denied)
      await put(target, Bucket, 'once/entry', { IfNoneMatch: '*' })
    },
  },
]

function appendOnly(target: Target, bucket: string, folder: string, exempt: string[]): PolicyStatement {
  return {
    Effect: 'Deny',
    Principal: '*',
    NotAction: ['s3:Get*', 's3:List*', 's3:PutObject'],
    Resource: s3Arn(target, bucket, `${folder}/*`),
    Condition: { ArnNotLike: { 'aws:PrincipalArn': exempt } },
  }
}

function setPolicy({ s3 }: Target, Bucket: string, statements: readonly PolicyStatement[]) {
  return s3.send(new PutBucketPolicyCommand({ Bucket, Policy: printPolicy(statements) }))
}
