import { z } from 'zod'
import { commit, pin, proposal, result, tag } from './shared.ts'

/** What `make pin` answers. */
export const pinAnswer = z.strictObject({
  environment: z.string(),
  service: z.string().optional().describe('Without FROM'),
  path: z.string().optional().describe('The path of the pin in the repository, without FROM'),
  pin: pin.optional().describe('Without FROM'),
  result,
  from: tag.optional().describe('The tag that was pinned before, without FROM'),
  pins: z
    .array(
      z.strictObject({
        service: z.string(),
        path: z.string(),
        pin,
        result,
        from: tag.optional().describe('The tag that was pinned before'),
      }),
    )
    .describe('Every release that was to be pinned'),
  verifiedIn: z.string().optional().describe('With FROM: the environment that verified the combination'),
  unverified: z.string().optional().describe('Why a release is pinned that was not verified'),
  commit: commit.optional().describe('The commit with the pin, where one was made'),
  proposal: proposal.optional().describe('With PR=1: where the pin waits to be merged'),
})

export type PinAnswer = z.input<typeof pinAnswer>
