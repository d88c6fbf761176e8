import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { UserError } from '../../../../scripts/base/user-error.ts'
import { rollOut } from '../../../../scripts/rollout/io/roll-out.ts'
import type { FaultKind } from '../../../emulator/emulator.ts'
import { sample } from '../../../support/sample.ts'
import { applyFunction } from '../../kinds/io/stands/functions.ts'
import { applyService } from '../../kinds/io/stands/services.ts'
import { type Stand, startStand } from '../../kinds/io/stands/stand.ts'

let stand: Stand
beforeAll(async () => {
  stand = await startStand()
})
afterAll(() => stand.close())

const operations = {
  function: ['GetAlias', 'GetFunction', 'UpdateAlias'],
  service: ['DescribeServices', 'UpdateService', 'ListTasks', 'DescribeTasks'],
} as const
const faults: readonly FaultKind[] = [
  'throttle',
  'error500',
  'access-denied',
  'expired-token',
  'reset-before',
  'reset-after',
  'timeout-after',
  'cut-body',
  'truncated-200',
  'error-in-200',
  'empty-200',
]
// All three attempts of the SDK at each of two requests that are made at once.
const always = 6
const struck = Object.entries(operations).flatMap(([kind, names]) =>
  names.flatMap(operation =>
    faults.flatMap(fault =>
      [1, always].map(times => ({ kind: kind as keyof typeof operations, operation, fault, times })),
    ),
  ),
)
const isWrite = (operation: string) => /^Update/.test(operation)
// The SDK retries failed reads, so only those with an unusable answer matter here.
const chosen = sample(
  'faults of a pointer move',
  struck,
  ({ operation, fault, times }) => isWrite(operation) || (times === always && /200|denied/.test(fault)),
)

const isRefusal = (fault: FaultKind) => fault === 'access-denied' || fault === 'expired-token'
const isApplied = (fault: FaultKind) => /^(cut-body|truncated-200|empty-200)$|-after$/.test(fault)

/** How the first run ends: only a definite refusal is the user's fault. */
function endOf({ operation, fault, times }: (typeof struck)[number]): 'moved' | 'cloud' | 'badInput' {
  if (isRefusal(fault)) return 'badInput'
  const isRetried = !fault.endsWith('200')
  if (isRetried && times === 1) return 'moved'
  if (isWrite(operation)) return isApplied(fault) ? 'moved' : 'cloud'
  // An answer without tasks is polled again.
  const mayBeEmpty = /^(ListTasks|DescribeTasks)$/.test(operation)
  return mayBeEmpty && /^(error-in|empty)-200$/.test(fault) ? 'moved' : 'cloud'
}

describe.concurrent('a failed request of the pointer move', () => {
  it.each(chosen)('$operation: $fault, $times times', async one => {
    const applied = await (one.kind === 'function' ? applyFunction('lambda-zip')(stand) : applyService(stand))
    const clear = applied.wire.strike(one)
    // Short only if no answer will come, so that a busy machine is not taken for a lost answer.
    const hurried = one.fault === 'timeout-after' ? stand.tools({ timeoutMs: 1500 }) : stand.tools()
    const outcome = await rollOut(hurried, applied.rollout).catch((error: unknown) => error)
    clear()
    expect(applied.wire.requests(one.operation).map(({ fault }) => fault)).toContain(one.fault)
    const end = endOf(one)
    expect(outcome instanceof UserError ? outcome.ending : outcome).toBe(end)
    // Tasks are read after the traffic has moved.
    const isMoved = end === 'moved' || one.operation.endsWith('Tasks')
    expect((await applied.runs()) === applied.rollout.applied.revision).toBe(isMoved)
    await rollOut(stand.tools(), applied.rollout)
    expect(await applied.runs()).toBe(applied.rollout.applied.revision)
    expect(await rollOut(stand.tools(), applied.rollout)).toBe('already done')
  })
})
