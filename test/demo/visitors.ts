import { InvokeCommand } from '@aws-sdk/client-lambda'
import type { Clock } from '../../scripts/base/clock.ts'
import { systemClock } from '../../scripts/cli/io/clock.ts'
import { clientsFor } from '../emulator/clients.ts'
import type { Emulator } from '../emulator/emulator.ts'

/** Requests of the users of a function, sent to its alias. */
export type Visitors = {
  /** Time that a program sleeps passes at once for all of AWS, and the users send their requests meanwhile. */
  readonly clock: Clock
  /** What became of the requests since this was last asked: for each minute, how many each version got and failed. */
  take(): readonly Minute[]
}

/** A minute, counted from 1, and what each version did in it. */
export type Minute = { readonly minute: number; readonly versions: ReadonlyMap<string, Served> }

/** How many requests a version answered, and how many of them failed. */
export type Served = { readonly requests: number; readonly errors: number }

const minuteMs = 60_000
const countries = { DE: '10115', FR: '75001', GB: 'SW1A 1AA', NL: '1012 AB', PL: '00-950', AT: '1010' }

/** Lets users call a function through its alias, so many times a minute. */
export function visitorsOf(
  emulator: Emulator,
  {
    account,
    region,
    alias,
    perMinute,
  }: { account: string; region: string; alias: string; perMinute: number },
): Visitors {
  const { lambda } = clientsFor(emulator, { env: emulator.credentials({ account }), region })
  const addresses = Object.entries(countries).map(([country, postalCode]) => requestFor(country, postalCode))
  let [sent, begin] = [0, emulator.now()]
  let minutes = new Map<number, Map<string, Served>>()
  const visit = async () => {
    const Payload = addresses[sent++ % addresses.length] as Buffer
    const answer = await lambda.send(new InvokeCommand({ FunctionName: alias, Payload }))
    const minute = Math.floor((emulator.now() - begin) / minuteMs) + 1
    const versions = minutes.get(minute) ?? new Map<string, Served>()
    const version = answer.ExecutedVersion ?? ''
    const { requests, errors } = versions.get(version) ?? { requests: 0, errors: 0 }
    const failed = answer.FunctionError === undefined ? 0 : 1
    minutes.set(minute, versions.set(version, { requests: requests + 1, errors: errors + failed }))
  }
  return {
    clock: {
      now: () => emulator.now(),
      date: () => new Date(emulator.now()),
      random: systemClock.random,
      async sleep(ms) {
        // What a command waits for within a second is no time for users.
        if (ms < 1000) return await systemClock.sleep(ms)
        for (let left = Math.round((perMinute * ms) / minuteMs); left > 0; left--) await visit()
        emulator.advanceClock(ms)
      },
    },
    take() {
      const taken = [...minutes].map(([minute, versions]) => ({ minute, versions }))
      minutes = new Map()
      begin = emulator.now()
      return taken
    },
  }
}

function requestFor(country: string, postalCode: string): Buffer {
  const body = JSON.stringify({
    name: 'A. Person',
    street: 'Main Street 1',
    postalCode,
    city: 'Town',
    country,
  })
  const event = { rawPath: '/addresses/normalise', requestContext: { http: { method: 'POST' } }, body }
  return Buffer.from(JSON.stringify(event))
}
