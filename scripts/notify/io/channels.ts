import type { AwsSettings } from '../../aws/io/calls.ts'
import type { NoticeSettings } from '../../catalogue/notice-settings.ts'
import { deploymentOf, recordOf } from '../formats/github.ts'
import type { AbsentChannel, Channel } from './channel.ts'
import { deploymentChannel, type GithubPlace, recordChannel } from './github.ts'
import type { Sending } from './request.ts'
import { summaryChannel } from './summary.ts'
import { topicChannel } from './topic.ts'
import { webhookChannel } from './webhook.ts'

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
