import { systemClock } from '../../../scripts/cli/io/clock.ts'
import { connectGuardian } from '../../../scripts/guardian/io/connect.ts'
import { type Guarded, guard } from '../../../scripts/guardian/io/guard.ts'

// Lambda gives a function that starts more of a processor than one that runs, so it connects before the first call.
const connected = connectGuardian(process.env as Record<string, string>, {
  clock: systemClock,
  say: line => void process.stdout.write(`${line}\n`),
})
// The first call reports it.
connected.catch(() => undefined)

/** What alarms, rules and schedules call. */
export async function handler(call: unknown): Promise<Guarded> {
  const { tools, lines } = await connected
  try {
    return await guard(tools, call)
  } finally {
    // A function does nothing once it has answered.
    for (const line of await lines()) tools.say(line)
  }
}
