import { createHash } from 'node:crypto'
import { cp, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { canAccess } from '../../scripts/base/io/can-access.ts'

/*
 * A repository with its remote takes git seven processes to make, and most tests begin with the same one: it is made
 * once a run for each set of files, and copied.
 */

/** Where the templates of this run are; each worker of vitest has the same. */
const sharedFolder = () => process.env.TEST_TEMPLATES

const own = new Map<string, Promise<string>>()

/** Copies what `make` makes in an empty folder of these files into another folder; the remote's path is put right. */
export async function fromTemplate(
  files: Readonly<Record<string, string>>,
  folder: string,
  make: (folder: string) => Promise<void>,
): Promise<void> {
  const name = createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 16)
  const template = own.get(name) ?? madeOnce(name, make)
  own.set(name, template)
  const from = await template
  await cp(from, folder, { recursive: true, preserveTimestamps: true })
  const config = join(folder, 'clone', '.git', 'config')
  const text = await readFile(config, 'utf8')
  await writeFile(
    config,
    text.replace(/^(\s*url = ).*$/m, (_, key: string) => key + join(folder, 'remote.git')),
  )
}

async function madeOnce(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const shared = sharedFolder()
  if (shared === undefined)
    throw new Error('the tests that need a repository run in the project "integration"')
  const place = join(shared, name)
  if (await canAccess(place)) return place
  const folder = await mkdtemp(join(shared, 'new-'))
  await make(folder)
  // Another worker may have made it meanwhile.
  await rename(folder, place).catch(async error => {
    if (!(await canAccess(place))) throw error
    await rm(folder, { recursive: true, force: true })
  })
  return place
}

/** Makes the folder of the templates, which the workers find in the environment, and answers what removes it. */
export async function openTemplates(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-templates-'))
  process.env.TEST_TEMPLATES = folder
  return () => rm(folder, { recursive: true, force: true, maxRetries: 5 })
}
