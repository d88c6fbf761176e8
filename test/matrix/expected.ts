import type { FaultKind } from '../emulator/emulator.ts'

/** How often a fault strikes: one request, or every one like it until it is taken away. */
export type Lasting = 'once' | 'for ever'

/**
 * What a fault does, seen from outside:
 * - `refused`: AWS says no, for want of credentials or rights
 * - `failed`: AWS does not do it, and says so or says nothing
 * - `lost`: AWS does it, and the answer does not come
 * - `mangled`: AWS does it, and the answer comes broken
 * - `claimed`: AWS does not do it, and answers 200
 */
export type Effect = 'refused' | 'failed' | 'lost' | 'mangled' | 'claimed'

/** Every kind of fault that the matrix injects, with its effect. */
export const effects = {
  'access-denied': 'refused',
  'expired-token': 'refused',
  throttle: 'failed',
  error500: 'failed',
  error503: 'failed',
  'conflict-409': 'failed',
  'reset-before': 'failed',
  timeout: 'failed',
  'reset-after': 'lost',
  'timeout-after': 'lost',
  'cut-body': 'mangled',
  'truncated-200': 'mangled',
  'empty-200': 'mangled',
  'error-in-200': 'claimed',
} as const satisfies Partial<Record<FaultKind, Effect>>

/** A kind of fault that the matrix injects. */
export type Kind = keyof typeof effects

/**
 * The exit codes that are right. A fault that passes costs nothing, unless an answer came that cannot be used and
 * that the SDK does not ask for again. One that stays ends with 6, except where a write was applied: reading it
 * back tells that all is well. A mangled answer may still hold what was asked for, so that 0 is right, too, if the
 * state is, and so it is where the same is asked again in other words. It is never 3: nothing contradicts anything.
 */
export function expectedCodes(kind: Kind, lasting: Lasting, isWrite: boolean): readonly number[] {
  const effect: Effect = effects[kind]
  switch (effect) {
    case 'refused':
      return [2]
    case 'failed':
      return lasting === 'once' ? [0] : [6]
    case 'lost':
      return lasting === 'once' || isWrite ? [0] : [6]
    case 'mangled':
      return isWrite ? [0] : [0, 6]
    case 'claimed':
      return lasting === 'for ever' && isWrite ? [6] : [0, 6]
  }
}
