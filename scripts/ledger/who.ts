import { plain } from '../base/printable.ts'
import type { Who } from './entry.ts'

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
    arn: plain(arn),
    ...(GITHUB_ACTOR ? { actor: plain(GITHUB_ACTOR) } : {}),
    ...(run === undefined ? {} : { run: plain(run) }),
    ...(GITHUB_SHA ? { commit: plain(GITHUB_SHA) } : {}),
  }
}

/** Who acted, for a person: the actor where there is one, otherwise the last part of the ARN. */
export function printWho({ arn, actor }: Who): string {
  return actor ?? arn.slice(arn.lastIndexOf('/') + 1)
}
