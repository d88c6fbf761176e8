import { expect, it } from 'vitest'
import { policyDocument } from './data-sources/iam-policy-document.ts'

const statement = { effect: 'Allow', actions: ['s3:GetObject'], resources: ['arn:aws:s3:::a/*'] }
const rendered = (config: Parameters<typeof policyDocument>[0]) =>
  JSON.parse(String(policyDocument(config).json)) as { Statement: unknown[] }

it('writes one name as text and several as a list in reverse order', () => {
  const actions = ['s3:GetObject', 's3:PutObject']
  expect(rendered({ statement: [{ ...statement, actions }] })).toEqual({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: ['s3:PutObject', 's3:GetObject'], Resource: 'arn:aws:s3:::a/*' }],
  })
})

it('writes anybody as *, principals by type, and conditions by test and variable', () => {
  const anybody = [{ type: '*', identifiers: ['*'] }]
  const services = [
    { type: 'Service', identifiers: ['ecs.amazonaws.com'] },
    { type: 'AWS', identifiers: ['111111111111', '222222222222'] },
  ]
  const condition = [{ test: 'StringEquals', variable: 'aws:SourceAccount', values: ['111111111111'] }]
  expect(
    rendered({
      statement: [
        { ...statement, principals: anybody },
        { ...statement, principals: services, condition },
      ],
    }).Statement,
  ).toMatchObject([
    { Principal: '*' },
    {
      Principal: { Service: 'ecs.amazonaws.com', AWS: ['222222222222', '111111111111'] },
      Condition: { StringEquals: { 'aws:SourceAccount': '111111111111' } },
    },
  ])
})

it('puts statements after those of its sources, and overrides them by name', () => {
  const source = JSON.stringify({ Statement: [{ Sid: 'one', Effect: 'Allow' }] })
  const stronger = JSON.stringify({ Statement: [{ Sid: 'one', Effect: 'Deny' }] })
  const { Statement } = rendered({
    statement: [{ ...statement, sid: 'two' }],
    source_policy_documents: [source],
    override_policy_documents: [stronger],
  })
  expect(Statement).toMatchObject([{ Sid: 'two' }, { Sid: 'one', Effect: 'Deny' }])
})

it('says which document is not JSON', () => {
  expect(() => policyDocument({ source_policy_documents: ['{'] })).toThrow('merging source document')
})
