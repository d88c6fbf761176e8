import { rulesOf } from './find.ts'
import type { Action, BalancerState, Conditions, Listener, Rule } from './state.ts'

/** Where a request goes by its host and path: a rule of the listener, or its default action. */
export function actionFor(
  state: BalancerState,
  listener: Listener,
  request: { host: string; path: string },
): { action: Action; rule?: Rule } {
  const rule = rulesOf(state, listener).find(({ conditions }) => matches(conditions, request))
  return rule ? { action: rule.action, rule } : { action: listener.action }
}

/** Paths are compared with their case and hosts without it (Elastic Load Balancing user guide, "Listener rules"). */
function matches({ paths, hosts }: Conditions, { host, path }: { host: string; path: string }): boolean {
  const isAny = (patterns: readonly string[], text: string, flags: string) =>
    patterns.length === 0 || patterns.some(pattern => expression(pattern, flags).test(text))
  return isAny(paths, path, '') && isAny(hosts, host, 'i')
}

/** `*` is any text, `?` one character. */
function expression(pattern: string, flags: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${source}$`, flags)
}
