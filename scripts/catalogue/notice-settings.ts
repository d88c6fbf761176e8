import { z } from 'zod'

const topic = z
  .string()
  .regex(
    /^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,251}(?:\.fifo)?$/,
    'must be the ARN of an SNS topic',
  )

const secret = z
  .string()
  .regex(
    /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[\w/+=.@-]+-[A-Za-z0-9]{6}$/,
    'must be the whole ARN of a secret, with the six characters that Secrets Manager adds',
  )

/** The schema of an environment's channels for notices. */
export const noticeSettings = z
  .strictObject({
    topic: topic.optional().describe('The SNS topic to publish to'),
    webhook: secret
      .optional()
      .describe(
        'The secret that holds the address of a webhook of Slack, or of a service that takes the same',
      ),
    githubDeployments: z
      .boolean()
      .default(false)
      .describe('Whether each end becomes a deployment of github.repository, with its status'),
    githubRecords: z
      .boolean()
      .default(false)
      .describe(
        "Whether GitHub keeps a deployment record of each artifact, for an organization's linked artifacts",
      ),
    jobSummary: z
      .boolean()
      .default(false)
      .describe('Whether the summary of a job of GitHub Actions lists the ends that it brought'),
  })
  .describe('Where each end of a rollout is announced, and each rollback, hold, resume and destruction')

/** The channels of an environment. */
export type NoticeSettings = z.output<typeof noticeSettings>

type Given = {
  readonly github?: object | undefined
  readonly environments: Readonly<Record<string, { readonly notices?: NoticeSettings | undefined }>>
}

/** The environments that have notices for GitHub, although no repository is named. */
export function withoutRepository({ github, environments }: Given): string[] {
  if (github !== undefined) return []
  return Object.entries(environments).flatMap(([name, { notices }]) =>
    notices?.githubDeployments || notices?.githubRecords ? [name] : [],
  )
}
