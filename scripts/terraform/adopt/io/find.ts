import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type AwsSettings, explainAws } from '../../../aws/io/calls.ts'
import { stackFile } from '../../events.ts'
import { type Candidate, candidatesIn, type Existing, importFile, printImports } from '../candidates.ts'
import { type Finder, finders } from './finders.ts'

/**
 * Has the next plan of a stack take over what exists of it and is not in its state; Terraform passes over what is. Throws
 * if something cannot be taken over.
 */
export async function importExisting(settings: AwsSettings, folder: string): Promise<void> {
  const stack = await readFile(join(folder, stackFile), 'utf8')
  const candidates = candidatesIn(stack, Object.keys(finders))
  const found = await Promise.all(candidates.map(one => find(settings, one, candidates)))
  const existing = found.filter(one => one !== undefined)
  if (existing.length > 0) await writeFile(join(folder, importFile), printImports(existing))
}

async function find(
  settings: AwsSettings,
  candidate: Candidate,
  all: readonly Candidate[],
): Promise<Existing | undefined> {
  const { address, type, attributes } = candidate
  try {
    const id = await (finders[type] as Finder)(settings, attributes, all)
    return id === undefined ? undefined : { address, id }
  } catch (error) {
    throw explainAws(error, settings, `find out whether ${address} exists`)
  }
}
