import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CommitSha } from '../../scripts/names/commit.ts'
import type { Workspace } from './workspace.ts'

/** A change of a service's code: raises one number in one file. */
export type Change = { readonly file: string; readonly number: RegExp; readonly subject: string }

/** A change of service-a's code only. */
export const raisePrice: Change = {
  file: 'services/service-a/src/quote.ts',
  number: /(?<=centsPerStartedKilogram: )\d+/,
  subject: 'service-a: raise the price of a kilogram',
}

/** A change of service-b's code only. */
export const allowLongerLines: Change = {
  file: 'services/service-b/src/address.ts',
  number: /(?<=LONGEST_LINE = )\d+/,
  subject: 'service-b: allow longer address lines',
}

/** Makes a change on top of the remote's branch, commits and pushes it, as a developer does. */
export async function commitAndPush({ clone, git }: Workspace, change: Change): Promise<CommitSha> {
  await git(['pull', '--quiet'])
  const path = join(clone, change.file)
  const before = await readFile(path, 'utf8')
  const raised = before.replace(change.number, number => String(Number(number) + 10))
  // The demo also works after somebody has changed the sample service.
  await writeFile(path, raised === before ? `${before}// Changed by the demo.\n` : raised)
  await git(['commit', '--quiet', '--all', '--message', change.subject])
  await git(['push', '--quiet'])
  return (await git(['rev-parse', 'HEAD'])) as CommitSha
}
