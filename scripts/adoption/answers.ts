import { z } from 'zod'

/** The AWS account of an environment, by its name. */
const place = z.strictObject({ name: z.string(), account: z.string() })

/** What init has to know, and upgrade to write the same files for another version. */
export const initAnswers = z.strictObject({
  account: z.string(),
  region: z.string(),
  environments: z.array(place),
  /** As in acme/parcels. */
  repository: z.string(),
  branch: z.string(),
  /** Who has to approve changes of what runs in production, as in @acme/platform. */
  owners: z.string(),
  packages: z.enum(['npm', 'pnpm', 'yarn', 'yarn-1']),
})

export type InitAnswers = z.output<typeof initAnswers>

/** Reads `staging,prod:333333333333`; an environment without an account is in the one given. */
export function readEnvironmentList(text: string, account: string): InitAnswers['environments'] {
  return text.split(',').map(entry => {
    const [name = '', own = account] = entry.trim().split(':')
    return { name, account: own }
  })
}

/** The owner and name of a repository on GitHub, from the address of a remote; undefined for any other host. */
export function repositoryOf(address: string | undefined): string | undefined {
  return /^(?:https:\/\/(?:[^@/]*@)?|ssh:\/\/git@|git@)github\.com[/:]([\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/.exec(
    address ?? '',
  )?.[1]
}

/** What is wrong with the answers, one line each. */
export function faultsOf({ account, region, environments, repository, owners }: InitAnswers): string[] {
  const accounts = [{ name: 'ACCOUNT', account }, ...environments]
  const names = environments.map(({ name }) => name)
  return [
    ...accounts.flatMap(one =>
      /^[0-9]{12}$/.test(one.account) ? [] : [`the account of ${one.name} is not 12 digits`],
    ),
    ...(/^[a-z]{2}(-[a-z]+)+-[0-9]$/.test(region) ? [] : ['REGION is not a region such as eu-central-1']),
    ...(names.every(name => /^[a-z][a-z0-9-]*$/.test(name)) && new Set(names).size === names.length
      ? []
      : ['ENVIRONMENTS is not a list such as staging,prod:333333333333']),
    ...(/^[\w.-]+\/[\w.-]+$/.test(repository) ? [] : ['REPOSITORY is not a name such as acme/parcels']),
    ...(/^@[\w./-]+( @[\w./-]+)*$/.test(owners)
      ? []
      : ['OWNERS is not a team or user such as @acme/platform']),
  ]
}
