import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { StandInError } from './stand-in-error.ts'

type Environment = Readonly<Record<string, string | undefined>>
type DockerConfig = { readonly auths?: Readonly<Record<string, { readonly auth?: string }>> }

/** Reads the basic credentials of a host from an earlier login; undefined if there are none. */
export async function readAuth(env: Environment, host: string): Promise<string | undefined> {
  return (await readConfig(configFolder(env))).auths?.[host]?.auth
}

/** Saves the basic credentials of a host next to those of others, readable only by the user. */
export async function writeAuth(env: Environment, host: string, auth: string): Promise<void> {
  const folder = configFolder(env)
  const config = await readConfig(folder)
  const auths = { ...config.auths, [host]: { auth } }
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await writeFile(join(folder, 'config.json'), `${JSON.stringify({ ...config, auths }, null, 2)}\n`, {
    mode: 0o600,
  })
}

/** The user's own folder has real credentials, so the stand-in does not read or write it. */
function configFolder(env: Environment): string {
  const folder = env.DOCKER_CONFIG
  if (folder === undefined || folder === '' || resolve(folder) === join(homedir(), '.docker')) {
    throw new StandInError(
      'docker: the stand-in keeps logins only in a folder of its own: set DOCKER_CONFIG to one that is not ~/.docker',
    )
  }
  return folder
}

async function readConfig(folder: string): Promise<DockerConfig> {
  try {
    return JSON.parse(await readFile(join(folder, 'config.json'), 'utf8'))
  } catch (error) {
    if (error instanceof SyntaxError)
      throw new StandInError(`docker: ${folder}/config.json is not valid JSON`)
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw error
  }
}
