import { quote } from '../../scripts/base/printable.ts'
import { UserError } from '../../scripts/base/user-error.ts'
import { conformanceErrors } from './errors.ts'

/** What the expectations are checked against: an emulator of the suite's own, another endpoint, or a real account. */
export type Endpoint = { kind: 'emulator' } | { kind: 'url'; url: string } | { kind: 'aws' }

const remedy =
  'Leave ENDPOINT out for the local emulator, name another as ENDPOINT=http://127.0.0.1:4599, or say ENDPOINT=aws for a real account'
const ofAws = /(^|\.)(amazonaws\.com(\.cn)?|api\.aws|amazonwebservices\.com\.cn)$/

/** Reads `ENDPOINT`; a `UserError` says what it may be. */
export function parseEndpoint(text: string | undefined): Endpoint {
  if (text === undefined || text === '') return { kind: 'emulator' }
  if (text === 'aws') return { kind: 'aws' }
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new UserError(
      conformanceErrors['conformance-endpoint'],
      `ENDPOINT is neither a URL with http or https nor 'aws': ${quote(text)}`,
      { remedy },
    )
  }
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '' || url.username !== '') {
    throw new UserError(
      conformanceErrors['conformance-endpoint'],
      'ENDPOINT has more in it than a scheme, a host and a port',
      { remedy },
    )
  }
  if (ofAws.test(url.hostname)) {
    throw new UserError(
      conformanceErrors['conformance-endpoint'],
      `ENDPOINT names AWS itself: ${quote(url.hostname)}`,
      {
        remedy: 'A real account is only reached with ENDPOINT=aws CONFIRM=<account id>',
      },
    )
  }
  return { kind: 'url', url: url.origin }
}
