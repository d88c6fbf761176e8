import { plain } from '../../base/printable.ts'
import type { Notice } from '../notice.ts'

/** What is published to a topic. */
export type TopicMessage = {
  readonly subject: string
  readonly message: string
  /** For the filters of subscriptions. */
  readonly attributes: Readonly<Record<string, string>>
}

// Amazon SNS API reference, Publish, Subject: ASCII, fewer than 101 characters, no control characters, no space first.
const subjectCharacters = 100
const longest = 600

/** A notice as plain text, one line for each of its facts. */
export function topicMessage({ id, title, facts, run, target, event, release }: Notice): TopicMessage {
  const lines = [
    plain(title, longest),
    '',
    ...facts.map(({ name, value }) => `${name}: ${plain(value, longest)}`),
    ...(run === undefined ? [] : [`Job: ${plain(run, longest)}`]),
  ]
  const { service, environment } = target
  const tag = release === undefined ? {} : { release: plain(release.tag) }
  return {
    subject: subjectOf(title),
    message: `${lines.join('\n')}\n`,
    attributes: { entry: id, event, service, environment, ...tag },
  }
}

function subjectOf(title: string): string {
  const ascii = plain(title, subjectCharacters * 2).replace(/[^ -~]/gu, '?')
  return ascii.slice(0, subjectCharacters).trim() || 'Waybill'
}
