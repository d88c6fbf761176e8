import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CommitSha } from '../../scripts/names/commit.ts'
import type { Workspace } from './workspace.ts'

/** A change of one file. */
export type Change = {
  readonly file: string
  readonly subject: string
  /** The text after it; the same text if it cannot be made. */
  edit(text: string): string
}

/** A change of service-a's code only. */
export const raisePrice: Change = {
  file: 'services/service-a/src/quote.ts',
  subject: 'service-a: raise the price of a kilogram',
  edit: raised(/(?<=centsPerStartedKilogram: )\d+/),
}

/** A change of service-b's code only. */
export const allowLongerLines: Change = {
  file: 'services/service-b/src/address.ts',
  subject: 'service-b: allow longer address lines',
  edit: raised(/(?<=LONGEST_LINE = )\d+/),
}

/** A change of service-b's settings: production gets new code in phases. */
export const shiftInPhases: Change = {
  file: 'services/service-b/service.json',
  subject: 'service-b: shift the traffic of production in phases',
  edit: text =>
    text
      .replace(/(?<="prod": \{)/, '\n      "strategy": "20%/5m, 100%/5m",')
      // So that the comparison of both versions finds what the alarm would find as well.
      .replace(/"errors": 2(?!\d)/, '"errors": 40'),
}

/** A change that makes service-b throw for some requests. */
export const failForSome: Change = {
  file: 'services/service-b/src/address.ts',
  subject: 'service-b: print British codes anew',
  edit: text =>
    text.replace(
      /(?<=function printPostalCode\(address: Address\): Address \{\n)/,
      "  if (address.country === 'GB') throw new TypeError('no format for GB')\n",
    ),
}

/** Makes a change on top of the remote's branch, commits and pushes it, as a developer does. */
export async function commitAndPush({ clone, git }: Workspace, change: Change): Promise<CommitSha> {
  await git(['pull', '--quiet'])
  const path = join(clone, change.file)
  const before = await readFile(path, 'utf8')
  const after = change.edit(before)
  // The demo also works after somebody has changed the sample service.
  await writeFile(
    path,
    after === before && path.endsWith('.ts') ? `${before}// Changed by the demo.\n` : after,
  )
  await git(['commit', '--quiet', '--all', '--allow-empty', '--message', change.subject])
  await git(['push', '--quiet'])
  return (await git(['rev-parse', 'HEAD'])) as CommitSha
}

function raised(number: RegExp): Change['edit'] {
  return text => text.replace(number, found => String(Number(found) + 10))
}
