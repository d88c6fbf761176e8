import { expect, it } from 'vitest'
import { systemClock } from '../../../../../scripts/cli/io/clock.ts'
import { connectFunctions } from '../../../../../scripts/kinds/lambda/io/mover.ts'
import { stubAws } from '../../../../support/stub-aws.ts'

const CodeSha256 = Buffer.alloc(32, 1).toString('base64')
const digest = `sha256:${'01'.repeat(32)}`
const applied = {
  kind: 'lambda-zip',
  tag: 'service-b-v1.0.0',
  revision: '2',
  functionName: 'service-b-staging',
  live: 'STAGING',
  stable: 'STAGING_STABLE',
}

it.each([
  ['Active', { State: 'Active' }, { state: 'ready', digest }],
  ['Inactive, which traffic wakes', { State: 'Inactive' }, { state: 'ready', digest }],
  ['of an old answer without a state', {}, { state: 'ready', digest }],
  ['Pending', { State: 'Pending', StateReason: 'it is being created' }, { state: 'not yet' }],
  [
    'Failed',
    { State: 'Failed', StateReason: 'the image is gone' },
    { state: 'cannot', why: 'the image is gone' },
  ],
  [
    'Failed without a reason',
    { State: 'Failed' },
    { state: 'cannot', why: 'Lambda says Failed and gives no reason' },
  ],
])('a version that is %s', async (_, state, readiness) => {
  const settings = await stubAws({ Configuration: { PackageType: 'Zip', CodeSha256, ...state }, Code: {} })
  expect(await (await connectFunctions(settings, systemClock)).ready(applied, '2')).toEqual(readiness)
})

it.each([
  ['Lambda keeps the traffic on the version before until instances are ready', '2', { '1': 1 }, 'moving'],
  ['nothing is left on the version before', '2', {}, 'arrived'],
  ['somebody sends a share of it to the new version', '1', { '2': 0.5 }, 'taken over'],
])('on its way to version 2, where %s, is %s, %j: %s', async (_, FunctionVersion, weights, state) => {
  const RoutingConfig = { AdditionalVersionWeights: weights }
  const settings = await stubAws({ FunctionVersion, RoutingConfig, RevisionId: 'after', Description: '' })
  const seen = { shares: { '1': 100 }, guard: 'before', says: '' }
  const mover = await connectFunctions(settings, systemClock)
  expect(await mover.progress(applied, { revision: '2', seen })).toMatchObject({ state })
})
