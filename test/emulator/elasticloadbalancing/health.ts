import { setTimeout as sleep } from 'node:timers/promises'
import type { Target, TargetGroup } from './state.ts'

/**
 * How long a check waits for the next one, in real time whatever the interval of the target group says: what is checked
 * is a real process, and nobody wants to wait for it.
 */
const pauseMs = { initial: 50, healthy: 500, unhealthy: 250 }
const longestCheckMs = 2000
/** How long a new target may take until it passes its first check, in real time. */
const startMs = 10_000

/**
 * A new target, with its health checked until it is forgotten. It is healthy after the first check that passes, and
 * later changes after as many as its group says (Elastic Load Balancing user guide, "Target group health checks").
 */
export function watchTarget(
  group: TargetGroup,
  { id, port }: { id: string; port: number },
  onChange: (health: Target['health']) => void = () => {},
): Target {
  const over = new AbortController()
  const target: Target = { id, port, health: 'initial', forget: () => over.abort() }
  void watch(group, target, over.signal, onChange)
  return target
}

async function watch(
  group: TargetGroup,
  target: Target,
  signal: AbortSignal,
  onChange: (health: Target['health']) => void,
): Promise<void> {
  const began = performance.now()
  let streak = 0
  while (!signal.aborted) {
    const passed = await check(group, target, signal)
    if (signal.aborted) return
    const isStarting = target.health === 'initial' && !passed && performance.now() - began < startMs
    const isAgainst = passed !== (target.health === 'healthy') && !isStarting
    streak = isAgainst ? streak + 1 : 0
    if (streak >= needed(group, target, passed)) {
      target.health = passed ? 'healthy' : 'unhealthy'
      streak = 0
      onChange(target.health)
    }
    await sleep(pauseMs[target.health], undefined, { ref: false, signal }).catch(() => undefined)
  }
}

function needed({ check }: TargetGroup, { health }: Target, passed: boolean): number {
  if (!passed) return check.unhealthyCount
  return health === 'initial' ? 1 : check.healthyCount
}

async function check({ check }: TargetGroup, { id, port }: Target, signal: AbortSignal): Promise<boolean> {
  const to = check.port === 'traffic-port' ? port : check.port
  try {
    const { status, body } = await fetch(`http://${id}:${to}${check.path}`, {
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(longestCheckMs)]),
    })
    await body?.cancel()
    return isHealthy(check.codes, status)
  } catch {
    return false
  }
}

/** Whether a status is one of a matcher's, such as `200`, `200,202` or `200-299`. */
function isHealthy(codes: string, status: number): boolean {
  return codes.split(',').some(part => {
    const [from, to = from] = part.split('-').map(Number)
    return from !== undefined && to !== undefined && status >= from && status <= to
  })
}
