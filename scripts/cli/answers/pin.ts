import { z } from 'zod'
import { commit, pin, result, tag } from './shared.ts'

/** What `make pin` answers. */
export const pinAnswer = z.strictObject({
  environment: z.string(),
  service: z.string(),
  path: z.string().describe('Of the pin, in the repository'),
  pin,
  result,
  from: tag.optional().describe('The tag that was pinned before'),
  commit: commit.optional().describe('The commit with the pin, where one was made'),
  proposal: z
    .strictObject({
      branch: z.string(),
      address: z.string().optional().describe('Where a pull request of it is opened'),
    })
    .optional()
    .describe('With PR=1: where the pin waits to be merged'),
})

export type PinAnswer = z.input<typeof pinAnswer>
