import { describe, expect, it } from 'vitest'
import { ledgerBucket } from '../../../scripts/access/ledger-bucket.ts'
import { environments } from '../../cdktf/catalogue.ts'
import { evaluatePolicy } from '../../emulator/iam/ask-policy.ts'

const known = environments(json => Object.assign(json, { github: { repository: 'acme/parcels' } }))
const { artifacts } = known
const staging = known.environments.staging ?? (undefined as never)
const { bucket } = staging.ledger
const caller = `arn:aws:sts::${staging.account}:assumed-role/admin/alice`
const admin = `arn:aws:iam::${staging.account}:role/admin`
const policy = ledgerBucket(known, staging, caller).policy(undefined)
const statements = (text: string) => JSON.parse(text).Statement as { Sid?: string }[]

const entry = `arn:aws:s3:::${bucket}/ledger/staging/service-b/9999999998.json`
const asked = (principalArn: string, action: string, resource = entry, context = {}) => {
  const account = principalArn.split(':')[4] ?? ''
  return evaluatePolicy(policy, { account, arn: principalArn, principalArn }, action, resource, context)
}

describe("the policy of a ledger's bucket", () => {
  it.each([
    ['the role', admin],
    [
      'the role with a path, of which the ARN of a session says nothing',
      admin.replace('/admin', '/aws-reserved/sso/admin'),
    ],
  ])('leaves the bucket to whoever created it: %s', (_, principal) => {
    expect(asked(principal, 's3:DeleteObjectVersion')).toBe('silent')
    expect(asked(principal, 's3:PutBucketPolicy', `arn:aws:s3:::${bucket}`)).toBe('silent')
  })

  it.each([
    admin.replace('/admin', '/admin2'),
    admin.replace('/admin', '/other-admin'),
    admin.replace('/admin', '/admin/other'),
    admin.replace(staging.account, '999999999999'),
    `arn:aws:iam::${staging.account}:user/admin`,
  ])('denies deleting to %s', principal => {
    expect(asked(principal, 's3:DeleteObject')).toBe('deny')
  })

  it('denies a put without a condition to whoever created the bucket, too', () => {
    expect(asked(admin, 's3:PutObject')).toBe('deny')
    expect(asked(admin, 's3:PutObject', entry, { 's3:if-none-match': '*' })).toBe('silent')
  })

  it('keeps the administrators that it has, and statements of others', () => {
    const others = { Sid: 'Backup', Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: entry }
    const seen = JSON.stringify({ Version: '2012-10-17', Statement: [...statements(policy), others] })
    const again = ledgerBucket(known, staging, caller.replace('/admin/', '/other/')).policy(seen)
    expect(statements(again)).toEqual(statements(seen))
    expect(statements(again)).toContainEqual(others)
  })

  it('takes the place of a policy without administrators, such as one that allows deleting', () => {
    const open = { Sid: 'AppendOnly', Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: entry }
    const seen = JSON.stringify({ Version: '2012-10-17', Statement: open })
    expect(ledgerBucket(known, staging, caller).policy(seen)).toBe(policy)
  })

  it('lets the roles of the artifact account read entries that pin and trace releases, and only those', () => {
    const role = (name: string) => `arn:aws:iam::${artifacts.account}:role/${name}`
    const may = (name: string) =>
      ['s3:GetObject', 's3:PutObject'].filter(
        action => asked(role(name), action, entry, { 's3:if-none-match': '*' }) === 'allow',
      )
    expect(['waybill-release', 'waybill-read', 'waybill-build', 'administrator'].map(may)).toEqual([
      ['s3:GetObject'],
      ['s3:GetObject'],
      [],
      [],
    ])
    expect(asked(role('waybill-release'), 's3:ListBucket', `arn:aws:s3:::${bucket}`)).toBe('allow')
    expect(asked(role('waybill-release'), 's3:GetObject', `arn:aws:s3:::${bucket}/else`)).toBe('silent')
  })

  it('lets nobody in without a repository on GitHub', () => {
    const { github: _, ...none } = known
    expect(ledgerBucket(none, staging, caller).policy(undefined)).not.toContain('Allow')
  })

  it('stays with its administrators: nobody else is sent on to change the bucket', () => {
    const { requireRight } = ledgerBucket(known, staging, caller.replace('/admin/', '/other/'))
    expect(() => requireRight(undefined)).not.toThrow()
    expect(() => requireRight(policy)).toThrow(
      expect.objectContaining({
        code: 'ledger-administrator',
        remedy: expect.stringContaining(`Run this as ${admin}`),
      }),
    )
    expect(() => ledgerBucket(known, staging, caller).requireRight(policy)).not.toThrow()
  })
})
