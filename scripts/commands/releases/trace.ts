import { errorsOf } from '../../base/attempt.ts'
import { UserError } from '../../base/user-error.ts'
import { traceAnswer } from '../../cli/answers/trace.ts'
import { action } from '../../cli/command.ts'
import { printTag } from '../../names/release-tag.ts'
import { openProject } from '../../project/io/project.ts'
import { replaceForeign } from '../../rollout/running.ts'
import { traceErrors } from '../../trace/errors.ts'
import { observeTrace } from '../../trace/io/observe.ts'
import { isLedger } from '../../trace/ledger-link.ts'
import type { Link } from '../../trace/link.ts'
import { isRunning, traceLinks } from '../../trace/links.ts'
import type { TraceOptions } from '../../trace.ts'

/** `make trace`. */
export const trace = action({
  answer: traceAnswer,
  async run({ TAG }: TraceOptions, { report, ...invocation }) {
    const project = await openProject(invocation)
    const seen = await observeTrace(project, TAG, invocation.aws)
    const links = traceLinks(seen)
    const tag = printTag(seen.tag)
    const symbols = { ok: 'passed', broken: 'failed', note: 'left out' } as const
    report.line(report.paint('bold', tag))
    for (const { name, state, detail } of links) report.item(symbols[state], `${name.padEnd(20)} ${detail}`)
    const broken = links.filter(({ state }) => state === 'broken')
    if (broken.length > 0) throw brokenLinks(tag, broken, links)
    const isWhole = errorsOf([...seen.running.values(), ...seen.ledgers.values()]).length === 0
    report.line(isWhole ? 'Every link holds.' : 'Every link that was checked holds.')
    return { tag, links }
  },
})

function brokenLinks(tag: string, broken: readonly Link[], links: readonly Link[]): UserError {
  const names = broken.map(({ name }) => name)
  // What is wrong with each stands in the list above, and with JSON=1 in the links.
  return new UserError(traceErrors['trace-broken'], `${tag} is broken at: ${names.join(', ')}`, {
    remedy: [...new Set(broken.map(link => remedyFor(link, tag)))].join('\n'),
    details: { tag, links },
  })
}

function remedyFor({ name }: Link, tag: string): string {
  if (isRunning(name))
    return `Where the traffic goes elsewhere, make deploy sends it to what is pinned. Where other code is: ${replaceForeign}`
  const [, environment] = name.split(' ')
  if (isLedger(name)) return `make history ENV=${environment} shows all entries, and checks them.`
  return `make reconcile DRY_RUN=1 lists what can be fixed; make promote TAG=${tag} resumes an interrupted promotion.`
}
