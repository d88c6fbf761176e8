import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Environments } from '../../scripts/catalogue/environments.ts'
import type { Emulator } from '../emulator/emulator.ts'
import type { Workspace } from './workspace.ts'

/** The profile of the artifact account; each other profile has the name of its environment. */
export const artifactProfile = 'artifacts'

/** The environment of a program that uses a profile. */
export type EnvironmentOf = (profile: string) => Readonly<Record<string, string>>

/** Gives each account a profile with its own credentials, as a person has them. */
export async function makeProfiles(
  { folder }: Workspace,
  emulator: Emulator,
  { artifacts, environments }: Environments,
): Promise<EnvironmentOf> {
  const file = join(folder, 'home', 'aws-credentials')
  const accounts = { [artifactProfile]: artifacts, ...environments }
  const sections = Object.entries(accounts).map(([name, { account }]) => {
    const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret } = emulator.credentials({ account })
    return `[${name}]\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n`
  })
  await writeFile(file, sections.join('\n'))
  return profile => ({ AWS_SHARED_CREDENTIALS_FILE: file, AWS_PROFILE: profile })
}

/** Where a program finds the local AWS, without keys: it would prefer those to its profile. */
export function addressOf({ env }: Emulator): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !isCredential.test(name)))
}

const isCredential = /^AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN)$/
