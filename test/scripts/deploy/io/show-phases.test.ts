import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { showPhases } from '../../../../scripts/deploy/io/show-phases.ts'
import { boardOn } from '../../../../scripts/rollout/following/board.ts'
import { following, wait } from '../../rollout/following/samples.ts'

async function shown(summary: string | undefined, phases: 'some' | 'none' = 'some') {
  const board = boardOn({ line: () => undefined })
  if (phases === 'some') board.follow('service-a')(following(wait()))
  const said: unknown[] = []
  const report = {
    line: (text: string) => void said.push(text),
    table: async (_: unknown, rows: readonly unknown[]) => void said.push(rows.length),
  }
  await showPhases(report, board.rows(), { name: 'staging', summary })
  return said
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-summary-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return folder
}

it('adds the table to the summary of a job, below what is there', async () => {
  const file = join(await temporaryFolder(), 'summary')
  expect([await shown(file), await shown(file)]).toEqual([[1], [1]])
  const lines = (await readFile(file, 'utf8')).split('\n')
  expect(lines.filter(line => line === '### Rollouts in staging')).toHaveLength(2)
  expect(lines.filter(line => line.startsWith('| service\\-a |'))).toHaveLength(2)
})

it('shows only a table elsewhere, and nothing where no rollout had phases', async () => {
  expect([await shown(undefined), await shown('')]).toEqual([[1], [1]])
  expect(await shown(undefined, 'none')).toEqual([])
})

it('says so where the summary cannot be written, and goes on', async () => {
  const folder = await temporaryFolder()
  expect(await shown(folder)).toEqual([
    1,
    expect.stringContaining("The job's summary lacks this table: EISDIR"),
  ])
})
