import type { AwsAccess } from '../../aws/access.ts'
import type { AwsSettings } from '../../aws/io/calls.ts'
import { connectS3 } from '../../aws/io/s3.ts'
import { findEnvironment } from '../../catalogue/environments.ts'
import type { NoticeSettings } from '../../catalogue/notice-settings.ts'
import type { Ledger } from '../../ledger/io/ledger.ts'
import { environmentSettings, type Project } from '../../project/io/project.ts'
import { deploymentOf, recordOf } from '../formats/github.ts'
import type { NoticeTools } from './announce.ts'
import type { AbsentChannel, Channel } from './channel.ts'
import { deploymentChannel, type GithubPlace, recordChannel } from './github.ts'
import type { Sending } from './request.ts'
import { summaryChannel } from './summary.ts'
import { topicChannel } from './topic.ts'
import { webhookChannel } from './webhook.ts'

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

/** What channels are made with. */
export type ChannelMeans = {
  readonly settings: AwsSettings
  readonly sending: Sending
  /** The repository, and what is needed to write to it, if there is a token. */
  readonly github: { readonly repository: string; readonly place: GithubPlace | undefined } | undefined
  /** The file of the job's summary. */
  readonly summary: string | undefined
}

/** The channels that an environment's settings name. */
export function channelsOf(
  { topic, webhook, githubDeployments, githubRecords, jobSummary }: NoticeSettings,
  { settings, sending, github, summary }: ChannelMeans,
): (Channel | AbsentChannel)[] {
  return [
    ...(topic === undefined ? [] : [topicChannel(settings, topic)]),
    ...(webhook === undefined ? [] : [webhookChannel(settings, webhook, sending)]),
    ...(githubDeployments && github !== undefined ? [deploymentsOf(github, sending)] : []),
    ...(githubRecords && github !== undefined ? [recordsOf(github, sending)] : []),
    ...(jobSummary && summary !== undefined ? [summaryChannel(summary)] : []),
  ]
}

type Github = NonNullable<ChannelMeans['github']>

const absent = 'there is no GITHUB_TOKEN'

function deploymentsOf({ place }: Github, sending: Sending): Channel | AbsentChannel {
  if (place !== undefined) return deploymentChannel(place, sending)
  return { name: 'github-deployment', takes: notice => deploymentOf(notice) !== undefined, absent }
}

function recordsOf({ place, repository }: Github, sending: Sending): Channel | AbsentChannel {
  if (place !== undefined) return recordChannel(place, sending)
  return { name: 'github-record', takes: notice => recordOf(notice, repository) !== undefined, absent }
}

function githubOf(
  repository: string | undefined,
  { GITHUB_TOKEN, GH_TOKEN, GITHUB_API_URL }: Readonly<Record<string, string>>,
): Github | undefined {
  if (repository === undefined) return undefined
  const token = GITHUB_TOKEN || GH_TOKEN
  const api = GITHUB_API_URL?.replace(/\/$/, '') || 'https://api.github.com'
  return { repository, place: token ? { repository, api, token } : undefined }
}
