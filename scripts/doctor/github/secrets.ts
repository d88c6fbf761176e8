import { type DoctorCheck, fails, judge, type Look, passes, warns } from '../check.ts'

/** The names of the secrets in one place: the repository, its organization, or an environment. */
export type SecretsSeen = { readonly place: string; readonly names: Look<readonly string[]> }

// AWS keys: jobs take roles with their own tokens, but a stored key works from anywhere, for ever.
const awsKeys = /AWS.*(ACCESS_?KEY|SECRET|SESSION_?TOKEN|CREDENTIALS)/i
// Personal tokens: they have all of a person's permissions, and outlive their purpose.
const personal = /(^|_)PAT(_|$)|PERSONAL_?(ACCESS_?)?TOKEN/i

/** Checks for secrets that nobody needs, by name: GitHub shows no values. */
export function checkSecrets(all: readonly SecretsSeen[]): DoctorCheck[] {
  return all.map(({ place, names }) => {
    const title = `secrets of ${place}`
    return judge(title, names, there => {
      const keys = there.filter(name => awsKeys.test(name))
      if (keys.length > 0)
        return fails(
          title,
          `AWS keys are stored: ${keys.join(', ')}`,
          'Deactivate the keys in IAM, then delete the secrets: jobs take roles instead (docs/access.md).',
        )
      const tokens = there.filter(name => personal.test(name))
      if (tokens.length > 0)
        return warns(
          title,
          `a personal token seems to be stored: ${tokens.join(', ')}`,
          'Use a GitHub App with only the permissions it needs, and delete the token.',
        )
      return passes(title, there.length === 0 ? 'none' : `no AWS key among ${there.join(', ')}`)
    })
  })
}
