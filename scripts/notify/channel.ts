/** Where notices go; part of the keys of markers, so a name never changes. */
export const channelNames = ['topic', 'webhook', 'github-deployment', 'github-record', 'summary'] as const

/** The name of a channel. */
export type ChannelName = (typeof channelNames)[number]

/** A channel as a person calls it. */
export const channelTitles: Readonly<Record<ChannelName, string>> = {
  topic: 'the SNS topic',
  webhook: 'the webhook',
  'github-deployment': "GitHub's deployments",
  'github-record': "GitHub's deployment records",
  summary: "the job's summary",
}
