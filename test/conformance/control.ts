import type { Fault } from '../emulator/emulator.ts'
import type { Connection } from './clients.ts'
import { credentialsIn } from './clients.ts'

/** What this project's emulator can be asked over HTTP, and AWS cannot. */
export type Control = {
  credentials: (options: { account?: string; expired?: boolean }) => Promise<Connection['credentials']>
  /** Puts its clock forward. */
  advance: (milliseconds: number) => Promise<void>
  /** Does something while a fault strikes, and ends the fault. */
  during: <T>(fault: Fault & { operation: string }, act: () => Promise<T>) => Promise<T>
}

/** The control of the emulator at a URL; undefined when something else answers there. */
export async function controlOf(url: string): Promise<Control | undefined> {
  const loopback = /^(localhost|127\.[\d.]+|\[::1\])$/.test(new URL(url).hostname)
  const post = (path: string, body: object) =>
    fetch(`${url}/_emulator/${path}`, { method: 'POST', body: JSON.stringify(body) })
  const credentials: Control['credentials'] = async options => {
    const answer = await post('credentials', options)
    if (answer.status !== 201) return undefined
    return credentialsIn((await answer.json()) as Record<string, string>)
  }
  if (!loopback || !(await credentials({}).catch(() => undefined))) return undefined
  return {
    credentials,
    advance: async advanceMs => {
      await post('clock', { advanceMs })
    },
    during: async (fault, act) => {
      await post('faults', fault)
      try {
        return await act()
      } finally {
        await fetch(`${url}/_emulator/faults`, { method: 'DELETE' })
      }
    },
  }
}
