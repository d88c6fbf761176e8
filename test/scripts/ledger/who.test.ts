import { expect, it } from 'vitest'
import { printWho, whoActs } from '../../../scripts/ledger/who.ts'

it('keeps the person at the end of a long ARN, and the whole address of a job', () => {
  const person = `${'a'.repeat(50)}@example.com`
  const arn = `arn:aws:sts::111111111111:assumed-role/AWSReservedSSO_${'Administrator'.repeat(3)}_0123456789abcdef/${person}`
  const repository = `${'o'.repeat(39)}/${'r'.repeat(100)}`
  const who = whoActs(arn, {
    GITHUB_RUN_ID: '12345678901',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: repository,
  })
  expect(printWho(who)).toBe(person)
  expect(who.run).toBe(`https://github.com/${repository}/actions/runs/12345678901`)
})
