import { appendFile } from 'node:fs/promises'
import { plain } from '../../base/printable.ts'
import { UserError } from '../../base/user-error.ts'
import { notifyErrors } from '../errors.ts'
import { printMarkdown } from '../formats/summary.ts'
import type { Channel } from './channel.ts'

/** The summary of a job: a file that GitHub Actions names. */
export function summaryChannel(file: string): Channel {
  return {
    name: 'summary',
    takes: () => true,
    async send(notice) {
      try {
        await appendFile(file, printMarkdown(notice))
      } catch (error) {
        throw new UserError(notifyErrors['notice-unsent'], "the job's summary cannot be written", {
          cause: plain((error as Error).message),
        })
      }
    },
  }
}
