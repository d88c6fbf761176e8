import { z } from 'zod'
import { commit, digest, list, result, tag } from './shared.ts'

const release = z.strictObject({
  tag,
  commit,
  sourceCommit: commit,
  artifact: z.string().describe('The release name: <repository>:<tag> of an image, or the key of a zip'),
  digest,
  result,
})

/** What `make promote` answers. */
export const promoteAnswer = z.strictObject({ releases: list(release) })

export type PromoteAnswer = z.input<typeof promoteAnswer>
