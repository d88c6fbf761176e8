import { expect, it } from 'vitest'
import { printPolicy, tlsOnly } from '../../../scripts/aws/statements.ts'

it('a policy refuses whatever reaches a bucket or its objects unencrypted', () => {
  expect(JSON.parse(printPolicy([tlsOnly({ region: 'cn-north-1' }, 'waybill-state')]))).toEqual({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'TlsOnly',
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: ['arn:aws-cn:s3:::waybill-state', 'arn:aws-cn:s3:::waybill-state/*'],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ],
  })
})
