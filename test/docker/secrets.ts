import { access } from 'node:fs/promises'
import { StandInError } from './stand-in-error.ts'

/** A secret of a build: where it comes from, never what it is. */
export type BuildSecret = { readonly id: string; readonly env?: string; readonly file?: string }

/** Parses `--secret id=…,env=…` and `--secret id=…,src=…`. */
export function parseSecret(text: string): BuildSecret {
  const fields = new Map(text.split(',').map(field => field.split('=', 2) as [string, string | undefined]))
  const [id, env, file] = ['id', 'env', 'src'].map(name => fields.get(name))
  const isKnown = [...fields.keys()].every(name => ['id', 'env', 'src', 'type'].includes(name))
  if (id === undefined || !isKnown || (env === undefined) === (file === undefined))
    throw new StandInError(`ERROR: the stand-in takes --secret id=…,env=… or id=…,src=…, not "${text}"`)
  return { id, ...(env === undefined ? {} : { env }), ...(file === undefined ? {} : { file }) }
}

/** Throws for a secret that is not there. No RUN is executed, so nothing reads it. */
export async function requireSecrets(
  secrets: readonly BuildSecret[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  for (const { id, env, file } of secrets) {
    if (env !== undefined && environment[env] === undefined)
      throw new StandInError(`ERROR: secret ${id}: the environment variable ${env} is not set`)
    if (file !== undefined && !(await isThere(file)))
      throw new StandInError(`ERROR: failed to stat ${file}: no such file or directory`)
  }
}

async function isThere(file: string): Promise<boolean> {
  return await access(file).then(
    () => true,
    () => false,
  )
}
