import { type DoctorCheck, failed, judge, type Look, ok, warning } from '../check.ts'

/** The names of the secrets of one place: the repository, its organization, or an environment. */
export type SecretsSeen = { readonly place: string; readonly names: Look<readonly string[]> }

// Keys of AWS: jobs take roles by their own token, and a stored key works from anywhere, for ever.
const awsKeys = /AWS.*(ACCESS_?KEY|SECRET|SESSION_?TOKEN|CREDENTIALS)/i
// Tokens of a person: they have all rights of that person, and outlive the reason that they were made for.
const personal = /(^|_)PAT(_|$)|PERSONAL_?(ACCESS_?)?TOKEN/i

/** Checks that no secret is kept that nobody needs; names only, GitHub shows no values. */
export function checkSecrets(all: readonly SecretsSeen[]): DoctorCheck[] {
  return all.map(({ place, names }) => {
    const title = `secrets of ${place}`
    return judge(title, names, there => {
      const keys = there.filter(name => awsKeys.test(name))
      if (keys.length > 0)
        return failed(
          title,
          `keys of AWS are kept: ${keys.join(', ')}`,
          `Deactivate the keys in IAM, then delete the secrets: jobs take roles (docs/access.md).`,
        )
      const tokens = there.filter(name => personal.test(name))
      if (tokens.length > 0)
        return warning(
          title,
          `a person's token seems to be kept: ${tokens.join(', ')}`,
          'Use a GitHub App with the rights that are needed, and delete it.',
        )
      return ok(title, there.length === 0 ? 'none' : `no key of AWS among ${there.join(', ')}`)
    })
  })
}
