import { z } from 'zod'
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

/** Parses a stack's output `applied`; throws a `UserError` if its kind is unknown, or if it is damaged. */
export function parseApplied(output: unknown): Applied {
  const { success, data } = z.looseObject({ kind: z.string() }).safeParse(output)
  if (!success) throw damaged('it has no kind')
  const name = Object.hasOwn(formerNames, data.kind) ? formerNames[data.kind] : data.kind
  if (!isKindName(name)) throw unknown(data.kind)
  const result = kinds[name].applied.safeParse({ ...data, kind: name })
  if (result.success) return result.data
  throw damaged(result.error.issues.map(printIssue).join('; '))
}

/** Looks up the kind of what was applied. */
export function kindOfApplied({ kind }: Applied): Kind {
  return kinds[kind]
}

function isKindName(text: string | undefined): text is KindName {
  return (kindNames as readonly (string | undefined)[]).includes(text)
}

function unknown(kind: string): UserError {
  return new UserError(kindsErrors['applied-unknown'], 'a newer Waybill applied the stack', {
    cause: `its output "applied" is of the kind ${plain(kind)}`,
  })
}

function damaged(fault: string): UserError {
  return new UserError(kindsErrors['applied-damaged'], 'the output "applied" of the stack is damaged', {
    cause: plain(fault, 400),
  })
}
