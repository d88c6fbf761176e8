import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cloudwatchExpectations } from './cloudwatch.ts'
import { ecrLifecycle } from './ecr-lifecycle.ts'
import { ecrReads } from './ecr-reads.ts'
import { ecrReferrers } from './ecr-referrers.ts'
import { ecrWrites } from './ecr-writes.ts'
import { ecsDeployments } from './ecs-deployments.ts'
import { ecsPauses } from './ecs-pauses.ts'
import type { Expectation } from './expectation.ts'
import { meet } from './expectation.ts'
import { faultExpectations } from './faults.ts'
import { requireConfirmation } from './identify.ts'
import { incidentExpectations } from './incidents.ts'
import { lambdaAliases } from './lambda-aliases.ts'
import { lambdaInvocations } from './lambda-invocations.ts'
import { noticeExpectations } from './notices.ts'
import { notAsked, rows } from './rows.ts'
import { s3Checksums } from './s3-checksums.ts'
import { s3Conditions } from './s3-conditions.ts'
import { s3Copies } from './s3-copies.ts'
import { s3Locks } from './s3-locks.ts'
import { s3Policies } from './s3-policies.ts'
import { s3Reads } from './s3-reads.ts'
import { readSettings } from './settings.ts'
import { stsExpectations } from './sts.ts'
import { surroundingsExpectations } from './surroundings.ts'
import type { Target } from './target.ts'
import { openTarget } from './target.ts'
import { triggerExpectations } from './triggers.ts'

const atOnce = {
  ECR: [...ecrReads, ...ecrWrites, ...ecrReferrers, ...ecrLifecycle],
  S3: [...s3Conditions, ...s3Copies, ...s3Checksums, ...s3Reads, ...s3Locks, ...s3Policies],
  STS: stsExpectations,
  ECS: [...ecsDeployments, ...ecsPauses],
  Lambda: [...lambdaInvocations, ...lambdaAliases],
  CloudWatch: cloudwatchExpectations,
  'ECS, EC2, ELB and IAM': surroundingsExpectations,
  'SNS and Secrets Manager': noticeExpectations,
  'CloudWatch and its logs': incidentExpectations,
}
const all = [...Object.values(atOnce).flat(), ...triggerExpectations, ...faultExpectations]

// A real deployment takes minutes.
const timeout = 600_000
let target: Target | undefined

beforeAll(async () => {
  const { endpoint, run, account } = readSettings(process.env)
  const opened = await openTarget({ endpoint, run, env: process.env })
  if (endpoint.kind === 'aws') requireConfirmation(opened, opened.region, account)
  target = opened
})
afterAll(() => target?.close())

for (const [name, expectations] of Object.entries(atOnce)) {
  describe.concurrent(name, () => expectations.forEach(declare))
}
// By themselves, since they put the clock forward that the others go by.
describe('what calls functions', () => triggerExpectations.forEach(declare))
describe('when something goes wrong', () => faultExpectations.forEach(declare))

describe('every row', () => {
  it('has an expectation, or a reason for none', () => {
    const known = [...all, ...notAsked].map(({ row }) => row)
    expect(new Set(known)).toEqual(new Set(Object.keys(rows)))
  })

  for (const { row, reason } of notAsked) it(`${row}: ${rows[row]}`, ({ skip }) => skip(reason))
})

function declare(expectation: Expectation): void {
  const { title, row, source } = expectation
  it(`${title} (${row}: ${source})`, { timeout }, ({ skip }) => meet(expectation, target as Target, skip))
}
