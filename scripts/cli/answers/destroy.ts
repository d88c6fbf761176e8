import { z } from 'zod'
import { list } from './shared.ts'

/** What `make destroy` answers. */
export const destroyAnswer = z.strictObject({
  service: z.string(),
  environment: z.string(),
  destroyed: list(z.string()).describe('The addresses of the resources that are gone'),
})
