import type { Answer } from '../protocol/protocol.ts'
import { answer } from '../protocol/protocol.ts'
import type { Alias, LambdaCall } from './state.ts'
import { checkReady, findFunction, findVersion } from './state.ts'

/**
 * Invoke: runs nothing, and says which version would have run and with what code. An alias with weights sends each
 * version its share by counting, so that out of 10 invocations with a weight of 0.1 exactly one goes to the second.
 */
export function invoke(call: LambdaCall): Answer {
  const target = findFunction(call)
  if (target.latest.fresh) checkReady(call.state, target)
  const alias = target.aliases.get(call.qualifier ?? '')
  const version = findVersion(target, alias ? chosen(alias) : call.qualifier)
  const headers = { 'content-type': 'application/json', 'x-amz-executed-version': version.version }
  const kind = call.headers['x-amz-invocation-type'] ?? 'RequestResponse'
  if (kind === 'DryRun') return answer(204, headers)
  if (kind === 'Event') return answer(202, headers)
  const body = {
    function: target.name,
    version: version.version,
    codeSha256: version.code.sha256,
    ...(version.code.image ? { resolvedImageUri: version.code.image.resolvedUri } : {}),
  }
  return answer(200, headers, JSON.stringify(body))
}

function chosen(alias: Alias): string {
  const { additional, version, invocations } = alias
  alias.invocations += 1
  if (!additional) return version
  // The tolerance makes 3 × 0.3333… a whole number again.
  const share = (count: number) => Math.floor(count * additional.weight + 1e-9)
  return share(invocations + 1) > share(invocations) ? additional.version : version
}
