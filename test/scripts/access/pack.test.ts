import { expect, it } from 'vitest'
import { packRights } from '../../../scripts/access/pack.ts'
import { allow, policySize, type Statement } from '../../../scripts/aws/statements.ts'
import { allows } from '../../access/evaluate.ts'

const repository = (index: number) => `arn:aws:ecr:eu-central-1:111111111111:repository/team/parcels-${index}`
const many = Array.from({ length: 300 }, (_, index) => repository(index))
const deny: Statement = { Sid: 'NotThese', Effect: 'Deny', Action: ['ecr:PutImage'], Resource: many }

it('short rights are two inline policies, and a role without rights has none', () => {
  const scripts = [allow('Read', ['ecr:BatchGetImage'], many.slice(0, 3))]
  expect(packRights({ scripts, terraform: [] })).toEqual({
    inline: [{ name: 'scripts', statements: scripts }],
    managed: [],
  })
  expect(packRights({ scripts: [], terraform: [] })).toEqual({ inline: [], managed: [] })
})

it('long rights become managed policies that AWS takes, and mean the same', () => {
  const scripts = [allow('Read', ['ecr:BatchGetImage'], many), deny]
  const terraform = [
    allow('Read', ['ecr:GetDownloadUrlForLayer'], many, { StringEquals: { 'aws:SecureTransport': 'true' } }),
  ]
  const { inline, managed } = packRights({ scripts, terraform })
  expect(inline).toEqual([])
  expect(managed.length).toBeGreaterThan(3)
  for (const statements of managed) {
    expect(policySize(statements)).toBeLessThanOrEqual(6144)
    const names = statements.map(({ Sid }) => Sid)
    expect(new Set(names).size).toBe(names.length)
    for (const name of names) expect(name).toMatch(/^[A-Za-z0-9]+$/)
  }
  const [before, after] = [[...scripts, ...terraform], managed.flat()]
  expect(after.flatMap(({ Effect, Resource }) => (Effect === 'Deny' ? Resource : []))).toEqual(many)
  const sampled = many.filter((_, index) => index % 7 === 0 || index === many.length - 1)
  for (const resource of [...sampled, repository(300)])
    for (const action of ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer', 'ecr:PutImage'])
      for (const context of [{}, { 'aws:SecureTransport': 'true' }]) {
        const asked = { action, resource, context }
        expect(allows(after, asked)).toBe(allows(before, asked))
      }
})

it('what fits into no policy is left to the check of sizes', () => {
  const huge = allow(
    'Huge',
    ['ecr:BatchGetImage'],
    [`arn:aws:ecr:eu-central-1:111111111111:${'x'.repeat(12_000)}`],
  )
  expect(packRights({ scripts: [huge], terraform: [] }).managed).toEqual([[huge]])
})
