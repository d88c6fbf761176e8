import { plain } from '../base/printable.ts'
import type { Who } from './entry.ts'

// An ARN names the person at its end: up to 64 characters of a session, after as many of a role (IAM, "IAM and STS
// quotas"). GitHub's names of an owner and a repository have up to 39 and 100.
const longest = 500

/**
 * Who acts: the credentials as STS knows them and, in a job of GitHub Actions (GitHub, "Default environment variables"),
 * who started it, its address and its commit.
 */
export function whoActs(arn: string, environment: Readonly<Record<string, string>>): Who {
  const { GITHUB_ACTOR, GITHUB_RUN_ID, GITHUB_SHA, GITHUB_SERVER_URL, GITHUB_REPOSITORY } = environment
  const run =
    GITHUB_RUN_ID && GITHUB_SERVER_URL && GITHUB_REPOSITORY
      ? `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}`
      : undefined
  return {
    arn: plain(arn, longest),
    ...(GITHUB_ACTOR ? { actor: plain(GITHUB_ACTOR) } : {}),
    ...(run === undefined ? {} : { run: plain(run, longest) }),
    ...(GITHUB_SHA ? { commit: plain(GITHUB_SHA) } : {}),
  }
}

/** Who acted, for a person: the actor where there is one, otherwise the last part of the ARN. */
export function printWho({ arn, actor }: Who): string {
  return actor ?? arn.slice(arn.lastIndexOf('/') + 1)
}
