import { z } from 'zod'
import { commit, pin, result, tag } from './shared.ts'

/** What `make pin` answers. */
export const pinAnswer = z.strictObject({
  environment: z.string(),
  service: z.string(),
  path: z.string().describe('The path of the pin in the repository'),
  pin,
  result,
  from: tag.optional().describe('The tag that was pinned before'),
  commit: commit.optional().describe('The commit with the pin, where one was made'),
  proposal: z
    .strictObject({
      branch: z.string(),
      address: z.string().optional().describe('The page to open its pull request on'),
    })
    .optional()
    .describe('With PR=1: where the pin waits to be merged'),
})

export type PinAnswer = z.input<typeof pinAnswer>
