import { expect, it } from 'vitest'
import type { CommitSha } from '../../scripts/names/commit.ts'
import { digestFromHex } from '../../scripts/names/digest.ts'
import { parseTag, type ReleaseTag } from '../../scripts/names/release-tag.ts'
import { parseRecord } from '../../scripts/release/record.ts'
import type { Page } from './page.ts'
import { printRunning, type RunningSeen } from './running.ts'

const tag = parseTag('service-a-v1.1.0') as ReleaseTag
const commit = 'c'.repeat(40) as CommitSha
const digest = digestFromHex('d'.repeat(64))
const artifact = { type: 'image', repository: 'service-a-image', tag: 'service-a-v1.1.0', digest }
const ids = { tagObject: 'b'.repeat(40), commit, sourceCommit: commit }
const record = parseRecord(JSON.stringify({ schema: 1, tag: 'service-a-v1.1.0', ...ids, artifact }), tag)
const asReleased: RunningSeen = {
  target: { environment: 'prod', service: tag.service },
  record,
  traffic: 'service-a-prod:2',
  release: 'service-a-v1.1.0',
  digest,
}

it.each([
  ['another digest', { digest: digestFromHex('e'.repeat(64)) }],
  ['two digests', { digest: `${digest}, ${digestFromHex('e'.repeat(64))}` }],
  ['no task', { digest: '' }],
  ['another release of the same bytes', { release: 'service-a-v1.0.0' }],
])('the demo fails where AWS runs %s', async (_, seen) => {
  const printing = printRunning(silent, [asReleased, { ...asReleased, ...seen }])
  await expect(printing).rejects.toThrow('what runs is not what was released: service-a in prod')
})

it('the demo goes on where AWS runs what was released', async () => {
  await expect(printRunning(silent, [asReleased])).resolves.toBeUndefined()
})

const silent: Page = {
  width: 80,
  columns: 80,
  text: () => undefined,
  line: () => undefined,
  item: () => undefined,
  progress: () => undefined,
  live: undefined,
  table: async () => undefined,
  paint: (_, text) => text,
}
