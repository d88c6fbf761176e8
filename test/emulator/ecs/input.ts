import { z } from 'zod'
import { pageOf } from '../protocol/json-input.ts'
import type { Problem } from '../protocol/validation.ts'
import * as validation from '../protocol/validation.ts'
import { ecsError } from './errors.ts'

/** A request that can name a cluster, by its name or ARN. */
export const clusterSchema = z.object({ cluster: z.string().default('default') })

/** A request for one page of a list. */
export const pageSchema = z.object({
  nextToken: z.string().exactOptional(),
  maxResults: z.number().int().min(1).max(100).default(100),
})

/** Tags as ECS takes them. */
export const tagsSchema = z
  .array(z.object({ key: z.string().min(1).max(128), value: z.string().max(256) }))
  .max(50)

/** Reads an operation's input, or throws ECS's `InvalidParameterException` where the schema names no other error. */
export function readInput<T extends z.ZodType>(schema: T, input: unknown): z.output<T> {
  return validation.readInput(schema, input, refuse)
}

/** One page of a list under its name, with the token of the next. */
export function listed(name: string, items: string[] | object[], page: z.output<typeof pageSchema>): object {
  const position = { token: page.nextToken, size: page.maxResults }
  const part = pageOf<string | object>(items, position, invalidParameter)
  return { [name]: part.page, ...(part.next === undefined ? {} : { nextToken: part.next }) }
}

/** 400 for a parameter that ECS looked at and refused. */
export function invalidParameter(message: string) {
  return ecsError('InvalidParameterException', message)
}

function refuse(problems: Problem[]) {
  const { code = 'InvalidParameterException', message } = validation.refusalFor(problems)
  return ecsError(code, message)
}
