import { digestOf } from '../../ledger/io/digest-of.ts'
import { printTarget, type Target } from '../../names/target.ts'
import { noticeWithoutEntry } from '../../notify/notice.ts'
import type { GuardianTools } from './tools.ts'

/** Tells people of an alarm that rings and sends nothing back; `at` is when it began to. */
export function tellOfAlarm(
  { tell, clock }: Pick<GuardianTools, 'tell' | 'clock'>,
  target: Target,
  { name, at }: { readonly name: string; readonly at: string | undefined },
  says: string,
): void {
  const time = clock.date()
  const id = idOf('alarm', printTarget(target), name, at ?? time.toISOString())
  const title = `${printTarget(target)}: ${says}`
  tell(noticeWithoutEntry({ id, target, event: 'alarm', title }, { time }))
}

/** Tells people that traffic was sent back and the ledger could not be told; `about` is the same in each attempt. */
export function tellUnrecorded(
  { tell, clock }: Pick<GuardianTools, 'tell' | 'clock'>,
  target: Target,
  { title, why, about }: { readonly title: string; readonly why: string; readonly about: string },
): void {
  const { environment } = target
  const id = idOf('unrecorded', printTarget(target), about)
  const next = `make reconcile ENV=${environment} writes it`
  tell(noticeWithoutEntry({ id, target, event: 'unrecorded', title }, { why, next, time: clock.date() }))
}

/** An id that a queue of SNS takes, too. */
function idOf(...parts: readonly string[]): string {
  return digestOf(JSON.stringify(parts))
    .replace(/^sha256:/, '')
    .slice(0, 32)
}
