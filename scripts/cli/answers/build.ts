import { z } from 'zod'
import { artifactTypeNames } from '../../kinds/kind.ts'
import { commit, digest, list, result } from './shared.ts'

const build = z.strictObject({
  service: z.string(),
  sourceCommit: commit,
  type: z.enum(artifactTypeNames),
  artifact: z.string().describe('<repository>:<tag> of an image, or the key of a zip'),
  digest: digest.optional(),
  result: z.enum([...result.options, 'failed']),
})

/** What `make build` answers. */
export const buildAnswer = z.strictObject({ commit, builds: list(build) })

export type BuildAnswer = z.input<typeof buildAnswer>
