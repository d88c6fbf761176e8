import { z } from 'zod'
import { change, imported, list } from './shared.ts'

const retired = z.strictObject({ service: z.string(), repository: z.string(), address: z.string() })

const settingUp = {
  created: z.boolean().describe('Whether the bucket was not there before'),
  changed: list(z.string()).describe('The settings of the bucket that were not as they should be'),
}

/** What `make bootstrap` answers. */
export const bootstrapAnswer = z.strictObject({
  bucket: z.string().describe('The bucket of the state'),
  ...settingUp,
  ledger: z
    .strictObject({ bucket: z.string(), ...settingUp })
    .optional()
    .describe('The bucket of the ledgers, with ENV'),
  changes: list(change).optional().describe('The changes to the stacks'),
  imports: list(imported).optional().describe('What it took over with ADOPT=1'),
  retired: list(retired).optional().describe('Repositories that are kept though their service is gone'),
})
