import type { Clock } from '../../scripts/base/clock.ts'

/** A clock that goes on only when everybody sleeps, so that work which takes the machine long takes it no time. */
export type Lockstep = {
  /** For what decides: between two sleeps it does nothing but call what is `counted`. */
  readonly clock: Clock
  /** For what works: it is awaited until it sleeps on this clock. */
  readonly workClock: Clock
  /** For what gathers questions, and sends those that were asked until it wakes. */
  readonly gatherClock: Clock
  /** The same object, whose calls are work; those that wait in a gatherer are not, until it wakes. */
  counted<Of extends object>(of: Of, more?: { readonly gathers: boolean }): Of
  /** Lets time pass until this is over. */
  until<Value>(over: Promise<Value>): Promise<Value>
}

type Sleeper = { readonly at: number; wake(): void }

/** Makes such a clock. `advance` puts forward what else goes by it. */
export function lockstep(begin: number, advance: (ms: number) => unknown): Lockstep {
  let now = begin
  let [working, gathered] = [0, 0]
  const sleepers: Sleeper[] = []
  const sleep = (ms: number, wakes: () => void) =>
    new Promise<void>(resolve => {
      const wake = () => {
        wakes()
        resolve()
      }
      sleepers.push({ at: now + Math.max(0, ms), wake })
    })
  const clockWith = (own: Clock['sleep']): Clock => {
    return { now: () => now, date: () => new Date(now), random: () => 0.5, sleep: own }
  }

  return {
    clock: clockWith(ms => sleep(ms, () => undefined)),
    workClock: clockWith(ms => {
      working -= 1
      return sleep(ms, () => {
        working += 1
      })
    }),
    gatherClock: clockWith(ms =>
      sleep(ms, () => {
        working += gathered
        gathered = 0
      }),
    ),
    counted,
    async until(over) {
      let isOver = false
      const end = () => {
        isOver = true
      }
      over.then(end, end)
      while (!isOver) {
        // What a call's answer leads to happens before this.
        await new Promise(resolve => setImmediate(resolve))
        if (working === 0 && !isOver) await step()
      }
      return await over
    },
  }

  async function step(): Promise<void> {
    const at = Math.min(...sleepers.map(one => one.at))
    if (!Number.isFinite(at)) return
    await advance(at - now)
    now = at
    for (const one of sleepers.filter(one => one.at <= now)) {
      sleepers.splice(sleepers.indexOf(one), 1)
      one.wake()
    }
  }

  function counted<Of extends object>(of: Of, { gathers } = { gathers: false }): Of {
    return new Proxy(of, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key)
        if (typeof value === 'object' && value !== null) return counted(value)
        if (typeof value !== 'function') return value
        return (...args: unknown[]) => {
          const answer: unknown = Reflect.apply(value, target, args)
          return answer instanceof Promise ? track(answer, gathers) : answer
        }
      },
    })
  }

  async function track(answer: Promise<unknown>, gathers: boolean): Promise<unknown> {
    if (gathers) gathered += 1
    else working += 1
    try {
      return await answer
    } finally {
      working -= 1
    }
  }
}
