import type { AwsAccess } from '../../aws/access.ts'
import { connectS3 } from '../../aws/io/s3.ts'
import { findEnvironment } from '../../catalogue/environments.ts'
import type { Ledger } from '../../ledger/io/ledger.ts'
import { environmentSettings, type Project } from '../../project/io/project.ts'
import type { NoticeTools } from './announce.ts'
import { type ChannelMeans, channelsOf } from './channels.ts'

/** An environment whose ends are announced, and how a command reaches its channels. */
export type NoticePlace = {
  readonly project: Project
  readonly name: string
  /** The variables of the command's environment. */
  readonly environment: Readonly<Record<string, string>>
  readonly aws: AwsAccess
}

// A command waits for its notices.
const longestAnswerMs = 10_000

/** Whether an environment has any channel. */
export function hasChannels({ project, name }: NoticePlace): boolean {
  return findEnvironment(project.environments, name).notices !== undefined
}

/** Connects to the channels of an environment that has some. */
export async function connectNotices(place: NoticePlace, ledger: Pick<Ledger, 'read'>): Promise<NoticeTools> {
  const { project, name, environment, aws } = place
  const { clock, environments } = project
  const own = findEnvironment(environments, name)
  const settings = environmentSettings(project, name, own, aws)
  const timeoutMs = Math.min(longestAnswerMs, settings.timeoutMs)
  const wanted = own.notices
  return {
    channels:
      wanted === undefined
        ? []
        : channelsOf(wanted, {
            settings: { ...settings, timeoutMs },
            sending: { clock, timeoutMs },
            github: githubOf(environments.github?.repository, environment),
            summary: environment.GITHUB_STEP_SUMMARY || undefined,
          }),
    clock,
    markers: await connectS3(settings, own.ledger.bucket, clock),
    read: (target, sequence) => ledger.read(target, sequence),
  }
}

function githubOf(
  repository: string | undefined,
  { GITHUB_TOKEN, GH_TOKEN, GITHUB_API_URL }: Readonly<Record<string, string>>,
): ChannelMeans['github'] {
  if (repository === undefined) return undefined
  const token = GITHUB_TOKEN || GH_TOKEN
  const api = GITHUB_API_URL?.replace(/\/$/, '') || 'https://api.github.com'
  return { repository, place: token ? { repository, api, token } : undefined }
}
