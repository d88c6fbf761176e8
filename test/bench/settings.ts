/** What a person chose on make's command line. */
export type Settings = {
  /** The groups of rows to measure. */
  readonly only: readonly string[]
  readonly runs: number
  /** Whether the rows that take minutes run, too. */
  readonly isFull: boolean
  readonly isJson: boolean
  /** Whether to write the page of docs/ and its plot. */
  readonly writes: boolean
  /** The commit or tag of an earlier version to compare with. */
  readonly against?: string
}

const defaultRuns = 9
const mostRuns = 99

/** Reads the settings from an environment, or says what is wrong with it. */
export function readSettings(
  env: Readonly<Record<string, string | undefined>>,
  groups: readonly string[],
): Settings | { readonly fault: string } {
  const only = (env.ONLY ?? '').split(',').filter(name => name !== '')
  const unknown = only.filter(name => !groups.includes(name))
  if (unknown.length > 0)
    return { fault: `ONLY names no rows: ${JSON.stringify(unknown.join())}. There are ${groups.join(', ')}.` }
  const runs = env.RUNS ? Number(env.RUNS) : defaultRuns
  if (!Number.isInteger(runs) || runs < 1 || runs > mostRuns)
    return { fault: `RUNS must be a number from 1 to ${mostRuns}, not ${JSON.stringify(env.RUNS)}.` }
  const flag = (['FULL', 'JSON', 'WRITE'] as const).find(name => env[name] && env[name] !== '1')
  if (flag !== undefined) return { fault: `${flag} can only be 1, not ${JSON.stringify(env[flag])}.` }
  const chosen = only.length === 0 ? groups : only
  return {
    only: chosen,
    runs,
    isFull: env.FULL === '1',
    isJson: env.JSON === '1',
    writes: env.WRITE === '1',
    ...(env.AGAINST && { against: env.AGAINST }),
  }
}
