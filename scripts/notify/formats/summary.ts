import { codeSpan, isPlainAddress } from '../markdown.ts'
import type { Notice } from '../notice.ts'

/** A notice in Markdown, for the summary of a job. */
export function printMarkdown({ title, facts, run }: Notice): string {
  const lines = [
    `### ${codeSpan(title)}`,
    '',
    ...facts.map(({ name, value }) => `- ${name}: ${codeSpan(value)}`),
    ...(run === undefined ? [] : [`- Job: ${isPlainAddress(run) ? `<${run}>` : codeSpan(run)}`]),
  ]
  return `${lines.join('\n')}\n\n`
}
