import { z } from 'zod'
import { commit, list, result, tag } from './shared.ts'

const release = z.strictObject({
  tag,
  service: z.string(),
  version: z.string(),
  commit,
  sourceCommit: commit,
  message: z.string().optional().describe('The message of the tag; only with DRY_RUN=1'),
  result,
})

/** What `make release` answers. */
export const releaseAnswer = z.strictObject({ releases: list(release) })

export type ReleaseAnswer = z.input<typeof releaseAnswer>
