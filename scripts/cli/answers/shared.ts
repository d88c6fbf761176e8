import { z } from 'zod'

/** A list as a command answers it. */
export function list<Schema extends z.ZodType>(item: Schema) {
  return z.array(item).readonly()
}

/** How something ended that is made once. */
export const result = z.enum(['created', 'already done', 'would be created'])

/** A commit of 40 hexadecimal digits. */
export const commit = z.string()

/** A digest as `sha256:` and 64 hexadecimal digits. */
export const digest = z.string()

/** The tag of a release. */
export const tag = z.string().describe('As in service-a-v1.1.0')

/** The release that an environment should run. */
export const pin = z.union([
  z.strictObject({ tag, commit, digest: digest.describe('Of its image') }),
  z.strictObject({ tag, commit, sha256: z.string().describe('Of its zip') }),
])

/** What stops the deploys of a service to an environment. */
export const hold = z.strictObject({
  sequence: z.int().describe('Of its entry in the ledger'),
  by: z.string(),
  since: z.iso.datetime(),
  reason: z.string(),
  rolledBackTo: z
    .string()
    .optional()
    .describe('The release that traffic was sent back to, if it is a rollback'),
})

/** Pins that wait on a branch of their own. */
export const proposal = z.strictObject({
  branch: z.string(),
  address: z.string().optional().describe('The page to open its pull request on'),
})

/** A resource that exists already and would be taken over. */
export const imported = z.strictObject({
  address: z.string(),
  type: z.string(),
  id: z.string().describe('What terraform import knows it by'),
})

/** One resource that a plan would change. */
export const change = z.strictObject({
  address: z.string(),
  type: z.string(),
  action: z.enum(['create', 'update', 'replace', 'destroy', 'forget']),
  attributes: list(z.strictObject({ path: z.string(), before: z.string(), after: z.string() })),
  was: z.strictObject({ name: z.string().optional(), service: z.string().optional() }),
})
