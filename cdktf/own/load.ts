import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { UserError } from '../../scripts/base/user-error.ts'
import { extensionPaths, isOverride, isReserved, isTerraformFile } from '../../scripts/names/own-resources.ts'
import type { ServiceName } from '../../scripts/names/service-name.ts'
import { stackErrors } from '../../scripts/stack/errors.ts'
import type { Extend } from '../stacks/extension.ts'
import { unusable } from './unusable.ts'

/** A module that extends stacks, by its path from the repository's root. */
export type Extension = { readonly path: string; readonly extend: Extend }

/** A Terraform file of a service. */
export type TerraformFile = { readonly name: string; readonly text: string }

/** What a repository adds to the stacks of a service. */
export type OwnResources = {
  readonly extensions: readonly Extension[]
  readonly terraform: readonly TerraformFile[]
}

/** Loads what a repository adds to the stacks of some services, each module once. */
export async function loadOwn(
  root: string,
  services: readonly ServiceName[],
): Promise<ReadonlyMap<ServiceName, OwnResources>> {
  const loading = new Map<string, Promise<Extension>>()
  const load = (path: string) => {
    const started = loading.get(path) ?? loadExtension(root, path)
    loading.set(path, started)
    return started
  }
  const entries = [...new Set(services)].map(async service => {
    const paths = extensionPaths(service).filter(path => existsSync(join(root, path)))
    const extensions = await Promise.all(paths.map(load))
    return [service, { extensions, terraform: readTerraform(root, service) }] as const
  })
  return new Map(await Promise.all(entries))
}

async function loadExtension(root: string, path: string): Promise<Extension> {
  const module = await importModule(root, path)
  const extend = (module as { default?: unknown }).default
  if (typeof extend === 'function') return { path, extend: extend as Extend }
  throw new UserError(stackErrors['own-stack-unusable'], `${path} does not export a function`, {
    cause: `its default export is ${extend === undefined ? 'missing' : typeof extend}`,
    remedy: `Let it export default (stack, resources, target) => { … }, or rename the file if it has nothing to do with Waybill.`,
  })
}

async function importModule(root: string, path: string): Promise<unknown> {
  try {
    return await import(pathToFileURL(join(root, path)).href)
  } catch (error) {
    throw unusable(root, path, 'cannot be loaded', error)
  }
}

function readTerraform(root: string, service: ServiceName): TerraformFile[] {
  const folder = join(root, 'services', service)
  const names = readdirSync(folder, { withFileTypes: true })
    .filter(entry => isTerraformFile(entry.name) && !entry.isDirectory())
    .map(({ name }) => name)
    .toSorted()
  const reserved = names.find(isReserved)
  if (reserved !== undefined)
    throw new UserError(
      stackErrors['own-terraform-reserved'],
      `services/${service}/${reserved} has the name of a file of Waybill`,
      {
        cause: `it would stand in the place of ${reserved.toLowerCase()} in the folder of the stack`,
        remedy: 'Rename it.',
      },
    )
  const override = names.find(isOverride)
  if (override !== undefined)
    throw new UserError(
      stackErrors['own-terraform-override'],
      `services/${service}/${override} is a Terraform override file`,
      { cause: 'Terraform would merge it over the stack of the service, names and state included' },
    )
  return names.map(name => ({ name, text: readText(folder, `services/${service}`, name) }))
}

/** The text of a file or of what a link leads to, which can be anything: reading a pipe would wait forever. */
function readText(folder: string, shownFolder: string, name: string): string {
  const path = join(folder, name)
  const found = statSync(path, { throwIfNoEntry: false })
  if (found?.isFile()) return readFileSync(path, 'utf8')
  throw new UserError(
    stackErrors['own-terraform-unreadable'],
    `${shownFolder}/${name} cannot be read as a Terraform file`,
    {
      cause: found === undefined ? 'it is a link to nothing' : 'it is neither a file nor a link to one',
      remedy: 'Replace it with a file, or remove it.',
    },
  )
}
