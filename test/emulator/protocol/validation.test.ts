import { expect, it } from 'vitest'
import { z } from 'zod'
import { AwsError } from './protocol.ts'
import { readInput, refusalFor, refuseWhen } from './validation.ts'

const schema = z
  .object({ Name: z.string().max(3), Size: z.number().max(3), Type: z.string() })
  .superRefine(({ Size, Type }, context) => {
    refuseWhen(context, Type === 'none', 'Type is unknown', 'UnknownType')
    refuseWhen(context, Size === 0, 'Size must not be 0', 'WrongSize')
  })
const refused = (input: object) => () =>
  readInput(schema, input, problems => {
    const { code = 'Invalid', message } = refusalFor(problems)
    return new AwsError(code, 400, message)
  })

it.each([
  [
    'each member before what several say together',
    { Name: 'long', Size: 1, Type: 'none' },
    'Invalid',
    "1 validation error detected: Value 'long' at 'name' failed to satisfy constraint: Member must have length less than or equal to 3",
  ],
  [
    'all members together',
    { Name: 'long', Size: 4, Type: 'none' },
    'Invalid',
    expect.stringMatching(/^2 validation errors detected: Value 'long' at 'name' .*; Value '4' at 'size' /),
  ],
  [
    'the first of what several say, with its own code',
    { Name: 'a', Size: 0, Type: 'none' },
    'UnknownType',
    'Type is unknown',
  ],
])('answers %s, and the code belongs to the message', (_, input, code, message) => {
  expect(refused(input)).toThrow(expect.objectContaining({ code, message }))
})
