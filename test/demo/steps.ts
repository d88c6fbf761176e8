import { columnsOf, wrap } from '../../scripts/cli/page.ts'
import type { Page } from './page.ts'

/** Does one step of the story: it is shown while it runs (on a terminal), and as an item when it is done. */
export type Step = <T>(title: string, work: () => Promise<T>, outcome: (value: T) => string) => Promise<T>

/** A step that is over: how long it took, what it was, and what came of it. */
export type StepEnd = { readonly ms: number; readonly title: string; readonly outcome?: string }

const frames = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'
const frameMs = 100
// The symbol of an item, and the seconds.
const titleColumn = 12
const widestTitle = 54
const narrowestOutcome = 38

/** Makes the function that does and shows steps. A step that fails is shown as failed, and its error thrown on. */
export function stepsOn(page: Page, signal: AbortSignal): Step {
  return async (title, work, outcome) => {
    const start = performance.now()
    try {
      const value = await whileShowing(page, title, work)
      printStep(page, 'passed', { ms: performance.now() - start, title, outcome: outcome(value) })
      return value
    } catch (error) {
      if (!signal.aborted) printStep(page, 'failed', { ms: performance.now() - start, title })
      throw error
    }
  }
}

/** Does something while a terminal shows its title and how long it takes; no trace of that is left. */
export async function whileShowing<T>(page: Page, title: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now()
  const show = () => {
    const past = performance.now() - start
    page.progress(`  ${frames[Math.floor(past / frameMs) % frames.length]} ${seconds(past)}  ${title}`)
  }
  show()
  const timer = setInterval(show, frameMs)
  try {
    return await work()
  } finally {
    clearInterval(timer)
  }
}

/** Prints a step: its outcome beside its title where both fit the page, and below it otherwise. */
export function printStep(
  page: Page,
  state: 'passed' | 'failed',
  { ms, title, outcome = '' }: StepEnd,
): void {
  const column = Math.min(widestTitle, page.width - titleColumn - 2 - narrowestOutcome)
  const isBeside =
    title.length <= column && titleColumn + column + 2 + columnsOf(outcome) <= page.width && outcome !== ''
  const shown = page.paint('bold', isBeside ? title.padEnd(column) : title)
  page.item(state, `${page.paint('dim', seconds(ms))}  ${shown}${isBeside ? `  ${outcome}` : ''}`)
  if (isBeside || outcome === '') return
  const indent = ' '.repeat(titleColumn + 2)
  for (const line of wrap(outcome, page.width - indent.length)) page.line(indent + line)
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1).padStart(4)} s`
}
