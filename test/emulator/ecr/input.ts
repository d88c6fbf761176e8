import { z } from 'zod'
import { pageOf } from '../protocol/json-input.ts'
import type { Problem } from '../protocol/validation.ts'
import * as validation from '../protocol/validation.ts'
import { EcrError } from './errors.ts'

const namePattern = /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/

/** Every request that names a repository. */
export const targetSchema = z.object({
  registryId: z
    .string()
    .regex(/^[0-9]{12}$/)
    .exactOptional(),
  repositoryName: z.string().min(2).max(256).regex(namePattern),
})

/** A request for one page of a list. */
export const pageSchema = z.object({
  nextToken: z.string().exactOptional(),
  maxResults: z.number().int().min(1).max(1000).exactOptional(),
})

/** A tag, a digest, or both. */
export const imageIdSchema = z.object({
  imageDigest: z.string().exactOptional(),
  imageTag: z.string().exactOptional(),
})

/** Up to 100 image ids. */
export const imageIdsSchema = z.array(imageIdSchema).min(1).max(100)

/** Resource tags, as ECR takes them. */
export const resourceTagsSchema = z
  .array(z.object({ Key: z.string().min(1).max(128), Value: z.string().max(256) }))
  .max(50)

/** Reads an operation's input, or throws ECR's `InvalidParameterException` for the first thing wrong with it. */
export function readInput<T extends z.ZodType>(schema: T, input: unknown): z.output<T> {
  return validation.readInput(schema, input, refuse)
}

/** ECR's words for a parameter that it refuses. */
export function invalidParameter(parameter: string, constraint: string): EcrError {
  const message = `Invalid parameter at '${parameter}' failed to satisfy constraint: '${constraint}'`
  return new EcrError('InvalidParameterException', message)
}

/** One page of a list, 100 entries unless told, with the token of the next. */
export function paginate<T>(
  items: T[],
  { nextToken: token, maxResults: size = 100 }: z.output<typeof pageSchema>,
): { page: T[]; nextToken?: string } {
  const refuseToken = (message: string) => invalidParameter('nextToken', message)
  const { page, next } = pageOf(items, { token, size }, refuseToken)
  return next === undefined ? { page } : { page, nextToken: next }
}

function refuse([problem]: Problem[]): EcrError {
  return invalidParameter(problem?.path ?? 'input', problem?.constraint ?? 'must be valid')
}
