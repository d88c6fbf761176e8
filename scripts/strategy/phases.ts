/** One phase of a rollout: the share of the traffic that the new revision has, in percent, and how long it keeps it. */
export type Phase = { readonly share: number; readonly minutes: number }

/** How a rollout shifts traffic: shares that increase and end at 100. The minutes of the last phase are the bake time. */
export type Phases = readonly [Phase, ...Phase[]]

/** Everything at once, without a bake time. */
export const allAtOnce: Phases = [{ share: 100, minutes: 0 }]

/** The name of the strategy that moves everything at once and watches nothing afterwards. */
export const allAtOnceName = 'AllAtOnce'

/** Prints phases in one line, as in `5%/15m, 25%/1h30m, 100%/10m`. */
export function printPhases(phases: Phases): string {
  const [first] = phases
  if (phases.length === 1 && first.minutes === 0) return allAtOnceName
  return phases.map(({ share, minutes }) => `${share}%/${printMinutes(minutes)}`).join(', ')
}

/** Prints minutes as in `45m`, `2h` or `1h30m`. */
export function printMinutes(minutes: number): string {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
  if (hours === 0) return `${rest}m`
  return rest === 0 ? `${hours}h` : `${hours}h${rest}m`
}

/** Whether there is time to watch in phases. */
export function lasts([first, ...others]: Phases): boolean {
  return others.length > 0 || first.minutes > 0
}

/** How long phases take together, in minutes. */
export function minutesOf(phases: Phases): number {
  return phases.reduce((sum, { minutes }) => sum + minutes, 0)
}

/** A first share, then the rest. */
export function canaryPhases(share: number, minutes: number, bakeMinutes: number): Phases {
  return watched([{ share, minutes }], bakeMinutes)
}

/** Steps of the same size; the last one may be smaller. */
export function linearPhases(step: number, minutes: number, bakeMinutes: number): Phases {
  const shares = Array.from({ length: Math.ceil(100 / step) - 1 }, (_, index) => (index + 1) * step)
  return watched(
    shares.map(share => ({ share, minutes })),
    bakeMinutes,
  )
}

/** Adds the bake time, and leaves out phases that would end as they begin. */
function watched(before: readonly Phase[], bakeMinutes: number): Phases {
  const [first, ...others] = before.filter(({ minutes }) => minutes > 0)
  const last = { share: 100, minutes: bakeMinutes }
  return first === undefined ? [last] : [first, ...others, last]
}
