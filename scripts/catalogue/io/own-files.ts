import { join } from 'node:path'
import { entriesOf, readTextFileIfAny } from '../../base/io/read-file.ts'
import { extensionPaths, isOwnResource } from '../../names/own-resources.ts'
import type { ServiceName } from '../../names/service-name.ts'

/** The files that a work tree adds to the stacks of some services, as text; none for a service that has no such file. */
export async function readOwnFiles(
  root: string,
  services: Iterable<ServiceName>,
): Promise<ReadonlyMap<ServiceName, string>> {
  const shared = new Map<string, Promise<string | undefined>>()
  const read = (path: string) => {
    const reading = shared.get(path) ?? readTextFileIfAny(join(root, path))
    shared.set(path, reading)
    return reading
  }
  const all = [...services].map(async service => {
    const paths = [...new Set([...extensionPaths(service), ...(await ownPaths(root, service))])]
    const files = await Promise.all(paths.map(async path => [path, await read(path)] as const))
    return [service, files.filter(([, text]) => text !== undefined)] as const
  })
  const found = (await Promise.all(all)).filter(([, files]) => files.length > 0)
  return new Map(found.map(([service, files]) => [service, JSON.stringify(files)]))
}

async function ownPaths(root: string, service: ServiceName): Promise<string[]> {
  const entries = await entriesOf(join(root, 'services', service))
  return entries
    .filter(entry => !entry.isDirectory())
    .map(({ name }) => `services/${service}/${name}`)
    .filter(isOwnResource)
    .toSorted()
}
