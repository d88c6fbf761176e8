import { plain } from '../../base/printable.ts'
import { isPlainAddress } from '../markdown.ts'
import type { Notice } from '../notice.ts'

/** The body of a request to a webhook that takes what Slack's take. */
export function slackBody({ title, facts, run }: Notice): string {
  const lines = [
    `*${words(title)}*`,
    ...facts.map(({ name, value }) => `${name}: ${code(value)}`),
    ...(run === undefined ? [] : [`Job: ${isPlainAddress(run) ? `<${run}>` : code(run)}`]),
  ]
  return JSON.stringify({ text: lines.join('\n') })
}

const longest = 600

/**
 * Outside text as inline code, where nothing is formatted. Slack takes `<!here>` and `<@U1>` for mentions also there, unless
 * the three characters of its control sequences are escaped (Slack, "Formatting message text"); services that take the
 * same messages look for `@name` in the text itself.
 */
function code(text: string): string {
  return `\`${escaped(plain(text, longest).replaceAll('`', "'")) || 'nothing'}\``
}

/** The same outside of code, without what formats a text. */
function words(text: string): string {
  return escaped(plain(text, longest).replace(/[*_~`]/g, ''))
}

const wordJoiner = '\u2060'

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('@', `@${wordJoiner}`)
}
