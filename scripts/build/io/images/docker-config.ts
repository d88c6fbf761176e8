import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { parseJson } from '../../../base/parse-json.ts'

const file = 'config.json'
const schema = z.looseObject({
  auths: z.record(z.string(), z.unknown()).optional(),
  credHelpers: z.record(z.string(), z.string()).optional(),
  credsStore: z.string().optional(),
})

/** A folder of docker's configuration, and the way to remove it. */
export type DockerConfig = { readonly folder: string; remove(): Promise<void> }

/** A registry, and how to sign in to it. */
export type Registry = { readonly host: string; readonly user: string; readonly password: string }

/**
 * Makes a configuration for docker that is the user's own, but for the sign-in to one registry: docker keeps that in
 * this folder, not in the user's file or with the helper that the user has for other registries. `signedIn` is for
 * other programs, which read docker's configuration where there is no docker.
 */
export async function makeDockerConfig(
  environment: Readonly<Record<string, string>>,
  { host, user, password }: Registry,
  { signedIn }: { readonly signedIn: boolean },
): Promise<DockerConfig> {
  const users = resolve(environment.DOCKER_CONFIG || join(environment.HOME || homedir(), '.docker'))
  const text = await readFile(join(users, file), 'utf8').catch(() => '{}')
  const source = { name: join(users, file), remedy: 'Correct it, or name another folder with DOCKER_CONFIG.' }
  const config = parseJson(text, schema, source)
  const { [host]: _, ...others } = config.auths ?? {}
  const auth = Buffer.from(`${user}:${password}`).toString('base64')
  const auths = signedIn ? { ...others, [host]: { auth } } : others
  const { [host]: _helper, ...helpers } = config.credHelpers ?? {}
  // With an empty helper for this registry, docker keeps its sign-in in the file. Other programs would look for a program
  // of that name, and need it only where the user has a store for all registries.
  const isInFile = signedIn && config.credsStore === undefined
  const credHelpers = isInFile ? helpers : { ...helpers, [host]: '' }
  const folder = await mkdtemp(join(tmpdir(), 'waybill-docker-'))
  const remove = () => rm(folder, { recursive: true, force: true })
  try {
    await writeFile(join(folder, file), JSON.stringify({ ...config, auths, credHelpers }), { mode: 0o600 })
    // Contexts, builders and plugins are the user's.
    const others = (await readdir(users).catch(() => [])).filter(name => name !== file)
    await Promise.all(others.map(name => symlink(join(users, name), join(folder, name))))
  } catch (error) {
    await remove()
    throw error
  }
  return { folder, remove }
}
