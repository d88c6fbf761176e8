import { quote } from '../../base/printable.ts'
import { type ErrorCode, UserError } from '../../base/user-error.ts'
import type { Invocation } from '../../cli/command.ts'
import { type ServiceName, serviceCandidates } from '../../names/service-name.ts'
import { printTarget, type Target } from '../../names/target.ts'

type Confirmation = {
  readonly question: string
  /** The name that was given with the command, in place of an answer. */
  readonly given: string | undefined
  readonly code: ErrorCode
  /** What typing the name does, as in "to destroy it". */
  readonly effect: string
  /** Whether `a` also means `service-a`. */
  readonly takesShort: boolean
}

/** Asks for the name of a service, and throws unless that is the answer. */
export async function confirmName(
  ask: Invocation['ask'],
  target: Target,
  { question, given, code, effect, takesShort }: Confirmation,
): Promise<void> {
  const { service } = target
  const answer = given ?? (await ask(`${question} Type ${service} ${effect}: `))
  if (answer === service) return
  if (takesShort && answer !== undefined && serviceCandidates(answer as ServiceName).includes(service)) return
  if (answer === undefined)
    throw new UserError(code, 'cannot ask for confirmation: this is not a terminal', {
      remedy: `CONFIRM=${service} confirms it.`,
    })
  throw new UserError(code, `not confirmed: ${printTarget(target)} was not changed`, {
    cause: `the answer was ${answer === '' ? 'empty' : quote(answer)}`,
    remedy: `Run it again and type ${service}, the name of the service, ${effect}.`,
  })
}
