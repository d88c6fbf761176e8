import { expect, it } from 'vitest'
import { readWorkflow } from '../runner/workflow.ts'
import { publishing, readText } from './files.ts'
import { hasShellcheck, shellcheck } from './shellcheck.ts'

// A fault that GitHub's own parser finds ends the file here.
const text = readText('.github', 'workflows', publishing)
const { jobs, permissions, events } = await readWorkflow(`.github/workflows/${publishing}`, text)

it('begins at the tags of this package, which no release of a service is called', () => {
  expect(Object.keys(events)).toEqual(['push'])
  expect(events.push?.tags).toEqual(['v[0-9]*'])
})

it('gives a token to the job alone that runs nothing of the repository', () => {
  expect(permissions).toEqual({})
  expect(jobs.pack?.permissions).toEqual({ contents: 'read' })
  expect(jobs.publish?.permissions).toEqual({ 'id-token': 'write' })
  expect(jobs.publish?.needs).toBe('pack')
  const { steps = [] } = jobs.publish ?? {}
  expect(steps.flatMap(({ uses = [] }) => uses).join()).not.toContain('checkout')
  expect(steps.flatMap(({ run = [] }) => run)).toEqual([
    'npm publish waybill-*.tgz --provenance --access public --ignore-scripts',
  ])
  expect(text).not.toContain('secrets.')
})

it('pins each action to a commit', () => {
  const used = [...text.matchAll(/uses: (.*)/g)].map(([, action]) => action)
  expect(used.length).toBeGreaterThan(0)
  for (const action of used) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d/)
})

it.skipIf(!hasShellcheck)('passes shellcheck', () => {
  for (const { run } of jobs.pack?.steps ?? []) if (run !== undefined) expect(shellcheck(run)).toBe('')
})
