import { errorCodes } from './user-error.ts'

/** The errors of base/. */
export const baseErrors = errorCodes({
  'invalid-json': [
    'badInput',
    'A file or a stored object is not JSON.',
    'Fix the file that the message names.',
  ],
  'invalid-content': [
    'badInput',
    'A file or a stored object does not match its schema. The message lists every fault.',
    'Fix the file that the message names.',
  ],
})
