import { wrap } from '../../scripts/cli/page.ts'
import type { Waiting } from './ci.ts'
import type { Page } from './page.ts'
import type { Scene } from './scene.ts'
import { whileShowing } from './steps.ts'

/** What a person brings to production, and whether the demo shows the plan as its reviewer sees it. */
export type ToProduction = { readonly tag: string; readonly showPlan: boolean }

const reviewer = 'alice'

/** Brings a release to production: one person starts the workflow, another approves its plan, and CI applies it. */
export async function bringToProduction(
  { ci, production, step, page }: Scene,
  { tag, showPlan }: ToProduction,
): Promise<void> {
  const waiting = await step(
    `gh workflow run deploy -f environment=${production} -f tag=${tag}`,
    () => ci.requestDeploy({ environment: production, tag }),
    ({ job, environment }) => `pin and plan are done; job ${job} waits for a reviewer of ${environment}`,
  )
  if (showPlan) printPlan(page, waiting)
  await step(
    `${reviewer} approves the plan`,
    async () => waiting.approve(reviewer),
    () => `job ${waiting.job} goes on`,
  )
  await whileShowing(page, 'CI', () => ci.settle())
}

const indent = '    '

/** The plan as the reviewer reads it on the page of the run. */
function printPlan(page: Page, { page: text }: Waiting): void {
  page.line()
  for (const line of planIn(text)) {
    const [, margin = '', words = ''] = /^(\s*)(.*)$/.exec(line) ?? []
    const [first = '', ...others] = wrap(words, page.width - indent.length - margin.length - 2)
    const lines = [margin + first, ...others.map(rest => `${margin}  ${rest}`)]
    const colour = colours.find(([pattern]) => pattern.test(line))?.[1]
    for (const shown of lines) page.line(indent + (colour ? page.paint(colour, shown) : shown))
  }
  page.line()
}

/** Of all that the page of a run says, the plan: its title, and what is indented below. */
function planIn(text: string): string[] {
  const [, said = ''] = text.split('### node scripts/plan.ts\n')
  const [title = '', ...others] = said
    .split('\n')
    .filter(line => /^ {4}(?!::)/.test(line))
    .map(line => line.slice(4))
  const end = others.findIndex(line => !/^ {2}( |[+~±.-] )/.test(line))
  return [title, ...(end < 0 ? others : others.slice(0, end))]
}

// Those of the command itself, which has no terminal in CI.
const colours = [
  [/^\S/, 'bold'],
  [/^ {2}\+/, 'green'],
  [/^ {2}~/, 'yellow'],
  [/^ {2}[±-]/, 'red'],
] as const
