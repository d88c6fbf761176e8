import { z } from 'zod'
import { list } from './shared.ts'

/** What `make schemas` answers. */
export const schemasAnswer = z.strictObject({
  files: list(z.string()).describe('Their paths in the repository'),
})
