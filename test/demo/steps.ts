import type { Reporter } from '../../scripts/cli/reporter.ts'

/** Does one step of the story: it is shown while it runs (on a terminal) and as one line when it is done. */
export type Step = <T>(title: string, work: () => Promise<T>, outcome: (value: T) => string) => Promise<T>

const frames = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'
const frameMs = 100
const titleWidth = 54

/** Makes the function that does and shows steps. A step that fails is shown as failed and thrown on. */
export function stepsOn(report: Reporter, signal: AbortSignal): Step {
  return async (title, work, outcome) => {
    const start = performance.now()
    try {
      const value = await whileShowing(report, title, work)
      report.item('passed', stepLine(report, performance.now() - start, title, outcome(value)))
      return value
    } catch (error) {
      if (!signal.aborted) report.item('failed', stepLine(report, performance.now() - start, title))
      throw error
    }
  }
}

/** Does something while a terminal shows its title and how long it takes; no trace of that is left. */
export async function whileShowing<T>(report: Reporter, title: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now()
  const show = () => {
    const past = performance.now() - start
    report.progress(`  ${frames[Math.floor(past / frameMs) % frames.length]} ${seconds(past)}  ${title}`)
  }
  show()
  const timer = setInterval(show, frameMs)
  try {
    return await work()
  } finally {
    clearInterval(timer)
  }
}

/** A step as one line: how long it took, what it was and what came of it. */
export function stepLine(report: Reporter, ms: number, title: string, outcome = ''): string {
  return `${report.paint('dim', seconds(ms))}  ${report.paint('bold', title.padEnd(titleWidth))}  ${outcome}`.trimEnd()
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1).padStart(4)} s`
}
