import { createHash } from 'node:crypto'
import { UserError } from '../../base/user-error.ts'
import { artifactsErrors } from '../errors.ts'
import type { Login } from './ecr.ts'

const longestMs = 30_000
// Far above what a configuration with a long history has.
const mostBytes = 8 * 1024 ** 2

/** Reads the configuration of an image over the registry API; undefined without the right to read layers, as in CI's builds. */
export async function readConfig(
  { url, user, password }: Login,
  repository: string,
  { digest, size }: { readonly digest: string; readonly size: number },
): Promise<string | undefined> {
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
  const answer = await ask(new URL(`/v2/${repository}/blobs/${digest}`, url), authorization)
  if (answer.status === 401 || answer.status === 403) return undefined
  if (!answer.ok) throw unread(digest, `the registry answered ${answer.status}`)
  if (size > mostBytes) throw unread(digest, `it has ${size} bytes`)
  const text = await answer.text().catch(error => {
    throw unread(digest, String(error))
  })
  if (`sha256:${createHash('sha256').update(text).digest('hex')}` === digest) return text
  throw unread(digest, 'what came has another digest')
}

async function ask(url: URL, authorization: string): Promise<Response> {
  const signal = AbortSignal.timeout(longestMs)
  return await fetch(url, { headers: { authorization }, signal }).catch(error => {
    throw unread(url.pathname, error instanceof Error ? error.message : String(error))
  })
}

function unread(what: string, cause: string): UserError {
  return new UserError(
    artifactsErrors['ecr-incomplete-answer'],
    `the configuration of an image, ${what}, cannot be read`,
    { cause },
  )
}
