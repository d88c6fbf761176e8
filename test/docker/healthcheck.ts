import { dockerfileError } from './dockerfile.ts'
import { readExecForm } from './dockerfile-words.ts'

/** A health check in an image's config; times are in nanoseconds. */
export type Healthcheck = {
  readonly Test: readonly string[]
  readonly Interval?: number
  readonly Timeout?: number
  readonly StartPeriod?: number
  readonly StartInterval?: number
  readonly Retries?: number
}

const TIMES: ReadonlyMap<string, string> = new Map([
  ['interval', 'Interval'],
  ['timeout', 'Timeout'],
  ['start-period', 'StartPeriod'],
  ['start-interval', 'StartInterval'],
])
const NANOSECONDS: Readonly<Record<string, number>> = { ms: 1e6, s: 1e9, m: 60e9, h: 3_600e9 }

/** Parses the text after HEALTHCHECK: NONE, or options and a CMD. */
export function readHealthcheck(text: string, line: number): Healthcheck {
  if (text.toUpperCase() === 'NONE') return { Test: ['NONE'] }
  const [, options, command] = /^((?:--\S+\s+)*)CMD\s+(.+)$/is.exec(text) ?? []
  if (options === undefined || command === undefined)
    throw dockerfileError(line, 'HEALTHCHECK needs CMD or NONE')
  const exec = readExecForm(command)
  const fields = options
    .split(/\s+/)
    .filter(Boolean)
    .map(option => readOption(option, line))
  return {
    Test: exec === undefined ? ['CMD-SHELL', command] : ['CMD', ...exec],
    ...Object.fromEntries(fields),
  }
}

function readOption(option: string, line: number): readonly [string, number] {
  const [, name = '', value = ''] = /^--([a-z-]+)=(.+)$/.exec(option) ?? []
  if (name === 'retries' && /^\d+$/.test(value)) return ['Retries', Number(value)]
  const field = TIMES.get(name)
  const nanoseconds = readDuration(value)
  if (field !== undefined && nanoseconds !== undefined) return [field, nanoseconds]
  throw dockerfileError(line, `HEALTHCHECK ${option} is not known to the stand-in`)
}

function readDuration(text: string): number | undefined {
  if (!/^(\d+(ms|s|m|h))+$/.test(text)) return undefined
  const parts = text.matchAll(/(\d+)(ms|s|m|h)/g)
  return [...parts].reduce((sum, [, count, unit = '']) => sum + Number(count) * (NANOSECONDS[unit] ?? 0), 0)
}
