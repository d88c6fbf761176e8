import { expect, it } from 'vitest'
import { type Deployed, describeDeployed, endOfDeploy } from '../../../scripts/deploy/report.ts'
import { parseApplied } from '../../../scripts/kinds/applied.ts'

const applied = parseApplied({
  kind: 'lambda-zip',
  tag: 'b-v1.1.0',
  functionName: 'b-prod',
  live: 'PROD',
  stable: 'PROD_STABLE',
  revision: '7',
})
const deployed: Deployed = {
  service: 'b',
  result: 'deployed',
  from: 'b-v1.0.0',
  to: 'b-v1.1.0',
  changes: '1 to update',
  applied,
}
const untouched: Deployed = { ...deployed, result: 'already done', from: 'b-v1.1.0' }

it.each<[Deployed, string]>([
  [deployed, 'b: prod runs b-v1.1.0 (before: b-v1.0.0; 1 to update; PROD → version 7)'],
  [
    { ...deployed, from: undefined },
    'b: prod runs b-v1.1.0 (for the first time; 1 to update; PROD → version 7)',
  ],
  [{ ...deployed, from: 'b-v1.1.0' }, 'b: prod runs b-v1.1.0 (as before; 1 to update; PROD → version 7)'],
  [untouched, 'b: prod already runs b-v1.1.0'],
])('what a deploy did is one line: %j', (one, line) => {
  expect(describeDeployed('prod', one)).toBe(line)
})

it.each<[number, Deployed[], string]>([
  [0, [], 'Nothing is pinned in prod: make pin ENV=prod TAG=…'],
  [1, [untouched], 'prod runs what is pinned: there was nothing to do.'],
  [2, [untouched, deployed], '1 service deployed to prod. make plan ENV=prod ALL=1 shows its state.'],
  [2, [deployed, deployed], '2 services deployed to prod. make plan ENV=prod ALL=1 shows its state.'],
])('the last line of a deploy that planned %i services', (planned, all, line) => {
  expect(endOfDeploy('prod', planned, all)).toBe(line)
})
