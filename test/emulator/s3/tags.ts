import { z } from 'zod'
import type { Problem } from '../protocol/validation.ts'
import { readInput, refuseWhen } from '../protocol/validation.ts'
import { s3Error } from './errors.ts'
import { element, many } from './xml-input.ts'

/** One tag of a document. */
export const tagSchema = element({ Key: z.string(), Value: z.string() })

/** All tags of a bucket. */
export const bucketTagsSchema = tagsSchema(50, 'Bucket tag count cannot be greater than 50', /^/)

/** All tags of an object. */
export const objectTagsSchema = tagsSchema(
  10,
  'Object tags cannot be greater than 10',
  /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u,
)

/** Reads the tags that a header has, which is encoded as a query. */
export function readTagsHeader(header: string): z.output<typeof objectTagsSchema> {
  const tags = [...new URLSearchParams(header)].map(([Key, Value]) => ({ Key, Value }))
  return readInput(objectTagsSchema, tags, refuse)
}

function tagsSchema(most: number, tooMany: string, pattern: RegExp) {
  const isAllowed = (text: string, length: number) => text.length <= length && pattern.test(text)
  return many(tagSchema).superRefine((tags, context) => {
    const refuse = (isWrong: boolean, message: string, code = 'InvalidTag') =>
      refuseWhen(context, isWrong, message, code)
    refuse(tags.length > most, tooMany, 'BadRequest')
    const isTwice = new Set(tags.map(({ Key }) => Key)).size < tags.length
    refuse(isTwice, 'Cannot provide multiple Tags with the same key')
    const isKey = ({ Key }: { Key: string }) => Key !== '' && isAllowed(Key, 128)
    refuse(!tags.every(isKey), 'The TagKey you have provided is invalid')
    refuse(!tags.every(({ Value }) => isAllowed(Value, 256)), 'The TagValue you have provided is invalid')
  })
}

function refuse([problem]: Problem[]) {
  return s3Error(problem?.code ?? 'InvalidTag', 400, problem?.constraint ?? 'Invalid tags')
}
