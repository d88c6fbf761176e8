import { UserError } from '../../base/user-error.ts'
import { faultsOf, type InitAnswers, readEnvironmentList, repositoryOf } from '../answers.ts'
import { adoptionErrors } from '../errors.ts'

/** What a person gave as arguments, by the name of the option. */
export type Given = Readonly<
  Partial<Record<'ACCOUNT' | 'REGION' | 'ENVIRONMENTS' | 'REPOSITORY' | 'OWNERS', string | undefined>>
>

/** What the clone says, and what was answered the last time. */
export type Known = Pick<InitAnswers, 'packages' | 'branch'> & {
  readonly remote: string | undefined
  readonly before: InitAnswers | undefined
}

/** Completes what was given by what is known, then by asking; throws an error with everything that is still missing. */
export async function askAnswers(
  given: Given,
  { packages, branch, remote, before }: Known,
  ask: (question: string) => Promise<string | undefined>,
): Promise<InitAnswers> {
  const missing: string[] = []
  const answer = async (name: keyof Given, question: string, usual: string | undefined): Promise<string> => {
    const value = given[name] ?? (before === undefined ? await ask(questionOf(question, usual)) : undefined)
    if ((value || usual) === undefined) missing.push(`${name} is missing`)
    return value || usual || ''
  }
  const account = await answer('ACCOUNT', 'AWS account of the artifacts (12 digits)', before?.account)
  const region = await answer('REGION', 'AWS region', before?.region)
  const environments = await answer(
    'ENVIRONMENTS',
    'Environments, the first of which follows every release, as in staging,prod:333333333333',
    before?.environments.map(one => `${one.name}:${one.account}`).join() ??
      (missing.length > 0 ? undefined : 'staging,prod'),
  )
  const repository = await answer(
    'REPOSITORY',
    'Repository on GitHub',
    before?.repository ?? repositoryOf(remote),
  )
  const owners = given.OWNERS ?? before?.owners ?? `@${repository.split('/')[0]}`
  if (missing.length > 0) throw refused(missing)
  const answers = {
    account,
    region,
    environments: readEnvironmentList(environments, account),
    repository,
    branch,
    owners,
    packages,
  }
  const faults = faultsOf(answers)
  if (faults.length > 0) throw refused(faults)
  return answers
}

function questionOf(question: string, usual: string | undefined): string {
  return `${question}${usual === undefined ? '' : ` [${usual}]`}: `
}

function refused(faults: readonly string[]): UserError {
  return new UserError(adoptionErrors['init-answers'], faults.join('\n'), {
    remedy:
      'npx waybill init ACCOUNT=111111111111 REGION=eu-central-1 ENVIRONMENTS=staging,prod REPOSITORY=<owner>/<name>',
  })
}
