import { expect, it } from 'vitest'
import type { Attempt } from '../../../scripts/base/attempt.ts'
import type { Applied } from '../../../scripts/kinds/applied.ts'
import { describeNextDeploy } from '../../../scripts/ledger/next-deploy.ts'
import type { State } from '../../../scripts/ledger/state.ts'
import { sampleError } from '../samples.ts'

const tag = 'service-b-v1.0.0'
const good = { sequence: 3, tag, digest: `sha256:${'a'.repeat(64)}` as const, settings: 's', revision: '2' }
const state = { hold: null, open: null, good: [good] } as State
const applied = (revision: string): Attempt<Applied | undefined> => ({
  value: { kind: 'lambda-zip', tag, revision },
})
const next = (settings: string, seen: Attempt<Applied | undefined>) =>
  describeNextDeploy({ value: { tag, settings } }, state, seen)

it.each([
  ['has nothing to do', 's', applied('2'), /^The next deploy has nothing to do: /],
  ['moves traffic to what a rollback applied', 's', applied('4'), /from version 2 to version 4, .* same/],
  ['may move traffic', 's', { error: sampleError('S3 is away') }, /is not known: S3 is away\.$/],
  ['brings other settings', 't', applied('4'), /with settings that have changed/],
])('the next deploy of a release that was verified %s', (_, settings, seen, says) => {
  expect(next(settings, seen)).toMatch(says)
})
