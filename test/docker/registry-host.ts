import { StandInError } from './stand-in-error.ts'

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]'])

/** The base URL of a loopback registry. Throws for any other host. */
export function loopbackUrl(host: string): string {
  const url = URL.parse(`http://${host}`)
  const isHost = url !== null && url.host === host.toLowerCase().replace(/:80$/, '')
  if (isHost && LOOPBACK.has(url.hostname)) return url.origin
  throw new StandInError(`docker: the stand-in talks to loopback hosts only, not to "${host}"`)
}
