import type { FaultKind } from '../emulator/emulator.ts'

/** How often a fault strikes: once, or at every matching request until it is removed. */
export type Lasting = 'once' | 'for ever'

/**
 * What a fault does, seen from outside:
 * - `refused`: AWS refuses for lack of credentials or rights
 * - `failed`: AWS does not do it, and says so or says nothing
 * - `lost`: AWS does it, but the answer does not arrive
 * - `mangled`: AWS does it, but the answer arrives broken
 * - `claimed`: AWS does not do it, but answers 200
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
 * The acceptable exit codes. A single fault costs nothing, unless it is an unusable answer that the SDK does not retry. A
 * permanent one ends with 6, unless a write was applied, which reading it back shows. A mangled answer may still contain
 * what was asked for, and a different request may ask for the same, so 0 is acceptable too if the state is right. 3 never
 * is, since nothing conflicts.
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
