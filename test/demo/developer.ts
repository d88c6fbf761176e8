import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CommitSha } from '../../scripts/names/commit.ts'
import type { Workspace } from './workspace.ts'

/** A commit of a developer. */
export type Change = {
  readonly subject: string
  /** For each file, the text after it; the same text if it cannot be made. */
  readonly edits: Readonly<Record<string, (text: string) => string>>
}

/** A change of service-a's code only. */
export const raisePrice: Change = {
  subject: 'service-a: raise the price of a kilogram',
  edits: { 'services/service-a/src/quote.ts': raised(/(?<=centsPerStartedKilogram: )\d+/) },
}

const longerLines = { 'services/service-b/src/address.ts': raised(/(?<=LONGEST_LINE = )\d+/) }

/** A change of service-b's code only. */
export const allowLongerLines: Change = {
  subject: 'service-b: allow longer address lines',
  edits: longerLines,
}

/** A change of service-b's code and settings: from now on production gets new code in phases. */
export const shiftInPhases: Change = {
  subject: 'service-b: allow longer lines, and reach production in phases',
  edits: {
    ...longerLines,
    'services/service-b/service.json': text =>
      text
        .replace(/(?<="prod": \{)/, '\n      "strategy": "25%/4m, 100%/2m",')
        // So that the comparison of both versions finds what the alarm would find as well.
        .replace(/"errors": 2(?!\d)/, '"errors": 40'),
  },
}

/** A change that makes service-b throw for some requests. */
export const failForSome: Change = {
  subject: 'service-b: print British codes anew',
  edits: {
    'services/service-b/src/address.ts': text =>
      text.replace(
        /(?<=function printPostalCode\(address: Address\): Address \{\n)/,
        "  if (address.country === 'GB') throw new TypeError('no format for GB')\n",
      ),
  },
}

/** Makes a change on top of the remote's branch, commits and pushes it, as a developer does. */
export async function commitAndPush({ clone, git }: Workspace, change: Change): Promise<CommitSha> {
  await git(['pull', '--quiet'])
  for (const [file, edit] of Object.entries(change.edits)) {
    const path = join(clone, file)
    const before = await readFile(path, 'utf8')
    const after = edit(before)
    // The demo also works after somebody has changed the sample service.
    const isUnchanged = after === before && path.endsWith('.ts')
    await writeFile(path, isUnchanged ? `${before}// Changed by the demo.\n` : after)
  }
  await git(['commit', '--quiet', '--all', '--allow-empty', '--message', change.subject])
  await git(['push', '--quiet'])
  return (await git(['rev-parse', 'HEAD'])) as CommitSha
}

function raised(number: RegExp): (text: string) => string {
  return text => text.replace(number, found => String(Number(found) + 10))
}
