import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deploymentOf, recordOf } from '../../../scripts/notify/formats/github.ts'
import { slackBody } from '../../../scripts/notify/formats/slack.ts'
import { printMarkdown } from '../../../scripts/notify/formats/summary.ts'
import { topicMessage } from '../../../scripts/notify/formats/topic.ts'
import { codeBlock, codeSpan, isPlainAddress } from '../../../scripts/notify/markdown.ts'
import type { Notice } from '../../../scripts/notify/notice.ts'
import { digest, service } from '../samples.ts'

const hostile = [
  ...['<!here>', '<!channel>', '<@U0123>', '@here', '@channel', '@octocat', '#12', 'acme/parcels#3', 'GH-4'],
  ...['`', '``', '```', '|', '\\', '\n', '\r\n', '\u2028', '\u0000', '\u202e', '<script>', '<!--', '-->'],
  ...['&lt;', '[x](http://e.example)', 'https://e.example', '**', '_', '~', '# ', '- ', '1. ', '> ', '  '],
  ...['ä', '\u{1f4a5}', '\ud800', '::error::x', 'x'.repeat(700)],
]
const text = fc
  .array(fc.oneof(fc.constantFrom(...hostile), fc.string({ unit: 'binary', maxLength: 4 })), {
    maxLength: 12,
  })
  .map(parts => parts.join(''))

const usual: Notice = {
  id: '00000000-0000-4000-8000-000000000000',
  target: { service: service('service-b'), environment: 'staging' },
  event: 'rollback',
  title: 'service-b in staging was sent back to service-b-v1.0.0',
  facts: [
    { name: 'Reason', value: 'loses orders' },
    { name: 'By', value: 'alice' },
  ],
  release: { tag: 'service-b-v1.0.0', digest: digest('a') },
  run: 'https://github.com/acme/parcels/actions/runs/1',
}
const noticeWith = (value: string): Notice => ({
  ...usual,
  facts: usual.facts.map(fact => ({ ...fact, value })),
  run: value,
})
const notices = text.map(noticeWith)

/** What is left of Markdown without its code spans, as CommonMark finds them: by runs of backticks of one length. */
function withoutCode(markdown: string): string {
  const [start] = /`+/.exec(markdown) ?? []
  if (start === undefined) return markdown
  const at = markdown.indexOf(start)
  const rest = markdown.slice(at + start.length)
  const end = [...rest.matchAll(/`+/g)].find(([run]) => run.length === start.length)
  if (end === undefined) return `${markdown.slice(0, at)}${start}${withoutCode(rest)}`
  return `${markdown.slice(0, at)}CODE${withoutCode(rest.slice(end.index + start.length))}`
}

// A job's address is a link where it means the same in every format.
const addressAsCode = (text: string) => text.replace(/: <https:[^<>`@|\s]*>/, ': CODE')

const slackOf = (notice: Notice): string => JSON.parse(slackBody(notice)).text

describe('whatever a text from outside holds', () => {
  it('it stays in code spans in Markdown', () => {
    const expected = withoutCode(printMarkdown(noticeWith('x')))
    expect(expected).toBe('### CODE\n\n- Reason: CODE\n- By: CODE\n- Job: CODE\n\n')
    fc.assert(
      fc.property(notices, notice => {
        expect(addressAsCode(withoutCode(printMarkdown(notice)))).toBe(expected)
      }),
    )
  })

  it('it stays in code in Slack, and mentions nobody', () => {
    const expected = withoutCode(slackOf(noticeWith('x')))
    fc.assert(
      fc.property(notices, notice => {
        const said = slackOf(notice)
        expect(addressAsCode(withoutCode(said))).toBe(expected)
        expect(said).not.toMatch(/<(?!https:)|@(?!\u2060)/u)
        expect(said.split('\n')).toHaveLength(4)
      }),
    )
  })

  it('a title is only words in Slack', () => {
    fc.assert(
      fc.property(text, title => {
        const [first = ''] = slackOf({ ...usual, title }).split('\n')
        expect(first).toMatch(/^\*[^*_~`<>]*\*$/)
        expect(first).not.toMatch(/@(?!\u2060)/u)
      }),
    )
  })

  it('a message of SNS has a line for each fact, and a subject that SNS takes', () => {
    fc.assert(
      fc.property(text, value => {
        const { subject, message, attributes } = topicMessage({ ...noticeWith(value), title: value })
        expect(subject).toMatch(/^[!-~](?:[ -~]{0,98}[!-~])?$/)
        expect(message.split('\n')).toHaveLength(6)
        expect(attributes).toMatchObject({ entry: usual.id, service: 'service-b', environment: 'staging' })
      }),
    )
  })

  it('a deployment of GitHub holds none of it', () => {
    fc.assert(
      fc.property(notices, notice => {
        const found = deploymentOf(notice)
        if (found?.logUrl !== undefined) expect(isPlainAddress(found.logUrl)).toBe(true)
        expect({ ...found, logUrl: undefined }).toEqual({ ...deploymentOf(usual), logUrl: undefined })
        expect(recordOf(notice, 'acme/parcels')).toEqual(recordOf(usual, 'acme/parcels'))
      }),
    )
  })

  it('a span and a block of code end where they should', () => {
    fc.assert(
      fc.property(text, value => {
        expect(withoutCode(`a ${codeSpan(value)} b`)).toBe('a CODE b')
        const lines = codeBlock([value, value]).split('\n')
        expect(lines).toHaveLength(4)
        const [first = ''] = /^`+/.exec(lines[0] ?? '') ?? []
        expect(lines.slice(1, 3).some(line => line.trimStart().startsWith(first))).toBe(false)
        expect(lines[3]).toBe(first)
      }),
    )
  })
})

describe('a notice', () => {
  it('reads well in Slack', () => {
    expect(slackOf(usual)).toBe(
      [
        '*service-b in staging was sent back to service-b-v1.0.0*',
        'Reason: `loses orders`',
        'By: `alice`',
        'Job: <https://github.com/acme/parcels/actions/runs/1>',
      ].join('\n'),
    )
  })

  it.each([
    ['verified', 'success', 'deployed'],
    ['rollback', 'success', 'deployed'],
    ['rolled-back', 'failure', undefined],
    ['destroyed', 'inactive', 'decommissioned'],
    ['held', undefined, undefined],
    ['resumed', undefined, undefined],
  ] as const)('%s is %s and %s on GitHub', (event, state, status) => {
    const notice = { ...usual, event }
    expect(deploymentOf(notice)?.state).toBe(state)
    expect(recordOf(notice, 'acme/parcels')?.status).toBe(status)
  })

  it('without a release, or without a digest, is no deployment', () => {
    expect(deploymentOf({ ...usual, release: undefined })).toBeUndefined()
    expect(
      recordOf({ ...usual, release: { tag: 'service-b-v1.0.0', digest: undefined } }, 'a/b'),
    ).toBeUndefined()
  })

  it.each([
    ['https://github.com/acme/parcels/actions/runs/1', true],
    ['https://github.example:8443/a/b', true],
    ['http://github.com/x', false],
    ['https://a.example/x?y=1', false],
    ['https://a.example/)x', false],
    ['https://user@a.example/', false],
    ['javascript:alert(1)', false],
  ])('names the job %s as an address: %s', (address, is) => expect(isPlainAddress(address)).toBe(is))
})
