import { z } from 'zod'
import { EcrError } from './errors.ts'

const namePattern = /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/

/** Every request that names a repository. */
export const targetSchema = z.object({
  registryId: z
    .string()
    .nullish()
    .transform(value => value ?? undefined),
  repositoryName: z.string().min(2).max(256).regex(namePattern),
})

/** A request for one page of a list. */
export const pageSchema = z.object({
  nextToken: z.string().nullish(),
  maxResults: z.number().int().min(1).max(1000).nullish(),
})

/** A tag, a digest, or both. */
export const imageIdSchema = z.object({ imageDigest: z.string().nullish(), imageTag: z.string().nullish() })

/** Up to 100 image ids. */
export const imageIdsSchema = z.array(imageIdSchema).min(1).max(100)

/** Resource tags, as ECR takes them. */
export const resourceTagsSchema = z
  .array(z.object({ Key: z.string().min(1).max(128), Value: z.string().max(256) }))
  .max(50)

/** Reads an operation's input, or throws the error that ECR has for the first thing wrong with it. */
export function readInput<T extends z.ZodType>(schema: T, input: unknown): z.output<T> {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw new EcrError(
    'InvalidParameterException',
    `Invalid parameter at '${issue?.path.join('.') || 'request'}' failed to satisfy constraint: '${issue?.message}'`,
  )
}

/** One page of a list, 100 entries unless told, with the token of the next. */
export function paginate<T>(
  items: T[],
  page: { nextToken?: string | null | undefined; maxResults?: number | null | undefined },
): { page: T[]; nextToken?: string } {
  const start = page.nextToken ? readToken(page.nextToken) : 0
  const end = start + (page.maxResults ?? 100)
  const slice = items.slice(start, end)
  return end < items.length
    ? { page: slice, nextToken: Buffer.from(`offset:${end}`).toString('base64url') }
    : { page: slice }
}

function readToken(token: string): number {
  const match = /^offset:(\d+)$/.exec(Buffer.from(token, 'base64url').toString('utf8'))
  if (match) return Number(match[1])
  throw new EcrError(
    'InvalidParameterException',
    "Invalid parameter at 'nextToken' failed to satisfy constraint: 'Invalid token'",
  )
}
