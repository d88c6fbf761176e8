import { printIssue } from '../base/parse-json.ts'
import { plain } from '../base/printable.ts'
import { UserError } from '../base/user-error.ts'
import { type KindName, kindNames, kinds } from './all.ts'
import { kindsErrors } from './errors.ts'
import type { AppliedBase, Kind } from './kind.ts'

/** What was applied for a service of any kind. */
export type Applied = AppliedBase & { readonly kind: KindName }

// Stacks had their own names for kinds once. Both kinds of functions move in the same way, so either will do.
const formerNames: Readonly<Record<string, KindName>> = { ecs: 'ecs-service', lambda: 'lambda-zip' }

/** Parses a stack's output `applied`, or throws a `UserError` if its kind is unknown. */
export function parseApplied(output: unknown): Applied {
  const said = String((output as { kind?: unknown } | null)?.kind)
  const name = Object.hasOwn(formerNames, said) ? (formerNames[said] as KindName) : said
  if (!isKindName(name)) throw unknown(`its output "applied" is of the kind ${plain(said)}`)
  const result = kinds[name].applied.safeParse({ ...(output as object), kind: name })
  if (result.success) return result.data
  throw unknown(`its output "applied": ${result.error.issues.map(printIssue).join('; ')}`)
}

/** Looks up the kind of what was applied. */
export function kindOfApplied({ kind }: Applied): Kind {
  return kinds[kind]
}

function isKindName(text: string): text is KindName {
  return (kindNames as readonly string[]).includes(text)
}

function unknown(cause: string): UserError {
  return new UserError(kindsErrors['applied-unknown'], 'a newer Waybill applied the stack', { cause })
}
