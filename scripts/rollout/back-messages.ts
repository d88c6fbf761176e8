import { UserError } from '../base/user-error.ts'
import { type Applied, kindOfApplied } from '../kinds/applied.ts'
import type { Target } from '../names/target.ts'
import type { BackTarget } from './back.ts'

/** Where traffic goes back to, as in "service-b-v1.0.0 (version 7)". */
export function describePlace(applied: Applied, { tag, revision }: BackTarget): string {
  const place = kindOfApplied(applied).printRevision(revision)
  return tag === undefined ? place : `${tag} (${place})`
}

/** Who sent the traffic back, and how long that took. */
export type Arrival = {
  readonly isOurs: boolean
  /** Whether it was there before anybody was asked. */
  readonly wasThere: boolean
  readonly milliseconds: number
}

/** What follows "is back on service-a-v1.0.0". */
export function describeArrival({ isOurs, wasThere, milliseconds }: Arrival): string {
  if (isOurs) return `, after ${(milliseconds / 1000).toFixed(1)} s`
  return wasThere ? '' : ': somebody else sent it there at the same moment'
}

/** What a person asked for. */
type Wish = Readonly<Record<'REASON' | 'TO' | 'VERSION' | 'PR', string | number | undefined>>

/** The same command again: without what was wished for, it could go somewhere else. */
export function commandAgain({ service, environment }: Target, wish: Wish): string {
  const options = Object.entries({ ENV: environment, SERVICE: service, ...wish })
  const written = options.flatMap(([name, value]) =>
    value === undefined ? [] : `${name}=${shellWord(value)}`,
  )
  return `make rollback ${written.join(' ')}`
}

function shellWord(value: string | number): string {
  const text = String(value)
  return /^[\w.-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}

/** The error of the slow half: it never undoes the fast one. */
export function unfinished(error: unknown, isBack: string, again: string): unknown {
  if (!(error instanceof UserError)) return error
  const { errorCode, message, cause, remedy, details } = error
  return new UserError(errorCode, `${isBack}, but the rest is not done: ${message}`, {
    cause,
    remedy: `${remedy}\nThen finish it, without moving traffic: ${again}`,
    details,
    origin: error,
  })
}
