import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import type { ReadableStream } from 'node:stream/web'
import type { z } from 'zod'
import { bounded } from '../../../aws/io/bounded.ts'
import { plain } from '../../../base/printable.ts'
import { UserError } from '../../../base/user-error.ts'
import type { Look } from '../../check.ts'
import { doctorErrors } from '../../errors.ts'

/** GitHub's REST API, read-only. */
export type GithubApi = {
  /** Reads a document, or all pages of a list. */
  read<T>(path: string, ask: Ask<T>): Promise<Look<T>>
  /** The same, but the answer 404 is undefined. */
  readOrNone<T>(path: string, ask: Ask<T>): Promise<Look<T | undefined>>
  /** Reads the text of a file; undefined if there is none. */
  readText(path: string, ask: Pick<Ask<string>, 'what' | 'right'>): Promise<Look<string | undefined>>
}

/** What to ask for: what people call it, the permission it takes, and the shape of the answer. */
export type Ask<T> = {
  readonly what: string
  /** The permission, as GitHub calls it where tokens are made: `Administration: read`. */
  readonly right: string
  readonly shape: z.ZodType<T>
}

/** Where the API is, and the token for it. */
export type GithubConnection = {
  readonly api: string
  readonly token: string
  /** How long an answer may take, in ms. */
  readonly timeoutMs: number
}

// Far more than any repository has; a server that always names a next page must not hold up doctor for ever.
const mostPages = 20

/** Prepares calls to the API. A failed call is an answer, never a thrown error. */
export function connectGithub(connection: GithubConnection): GithubApi {
  const ask = async <T>({ what, right }: Pick<Ask<T>, 'what' | 'right'>, look: () => Promise<T>) => {
    try {
      return { value: await look() }
    } catch (error) {
      return explain(error, what, right)
    }
  }
  return {
    read: (path, asked) => ask(asked, () => readPages(connection, path, asked.shape)),
    readOrNone: (path, asked) => ask(asked, () => orNone(() => readPages(connection, path, asked.shape))),
    readText: (path, asked) =>
      ask(asked, () =>
        orNone(async () =>
          textOf(await send(connection, path, 'application/vnd.github.raw+json'), connection),
        ),
      ),
  }
}

async function orNone<T>(look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look()
  } catch (error) {
    if (error instanceof Refused && error.status === 404) return undefined
    throw error
  }
}

async function readPages<T>(connection: GithubConnection, path: string, shape: z.ZodType<T>): Promise<T> {
  let whole: unknown
  let next: string | undefined = path
  for (let page = 0; next !== undefined; page++) {
    if (page === mostPages) throw new Unreadable(`there are more than ${mostPages} pages`)
    const answer: Response = await send(connection, next, 'application/vnd.github+json')
    whole = joinPages(whole, JSON.parse(await textOf(answer, connection)))
    next = nextPage(connection, answer.headers.get('link'))
  }
  const parsed = shape.safeParse(whole)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new Unreadable(`${issue?.path.join('.') || 'the answer'}: ${issue?.message}`)
}

/** A list is an array, or one field of an object beside its count. */
function joinPages(whole: unknown, page: unknown): unknown {
  if (whole === undefined) return page
  if (Array.isArray(whole) && Array.isArray(page)) return [...whole, ...page]
  const entries = Object.entries(whole as object).map(([name, value]) => {
    const more = (page as Record<string, unknown>)[name]
    return [name, Array.isArray(value) && Array.isArray(more) ? [...value, ...more] : value]
  })
  return Object.fromEntries(entries)
}

function nextPage({ api }: GithubConnection, link: string | null): string | undefined {
  const url = /<([^>]+)>;\s*rel="next"/.exec(link ?? '')?.[1]
  if (url === undefined) return undefined
  // The token goes nowhere else, whatever an answer says.
  if (!url.startsWith(`${api}/`)) throw new Unreadable(`the next page is on another server, ${url}`)
  return url.slice(api.length)
}

// GitHub Docs, "Best practices for using the REST API": the answers for a renamed or transferred repository.
const moved = [301, 307, 308]

async function send(connection: GithubConnection, path: string, accept: string) {
  const { api, token, timeoutMs } = connection
  const answer = await fetch(`${api}${path}`, {
    headers: { accept, authorization: `Bearer ${token}`, 'x-github-api-version': '2022-11-28' },
    // A redirect must not carry the token elsewhere.
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutMs),
  })
  if (answer.ok) return answer
  const { status } = answer
  if (status >= 300 && status < 400 && !moved.includes(status))
    throw new Unreadable(`a redirect, ${status}, which is not followed`)
  throw new Refused(status, answer.headers, messageOf(await textOf(answer, connection)))
}

const mostBytes = 64 * 1024 ** 2

async function textOf({ body }: Response, { timeoutMs }: GithubConnection): Promise<string> {
  if (body === null) return ''
  return await text(bounded(Readable.fromWeb(body as ReadableStream), { bytes: mostBytes, ms: timeoutMs }))
}

function messageOf(text: string): string {
  try {
    return String((JSON.parse(text) as { message?: unknown }).message ?? '')
  } catch {
    return ''
  }
}

class Refused extends Error {
  readonly status: number
  readonly headers: Headers

  constructor(status: number, headers: Headers, message: string) {
    super(message)
    this.name = 'Refused'
    this.status = status
    this.headers = headers
  }
}

class Unreadable extends Error {}

function explain(error: unknown, what: string, right: string): Look<never> {
  const cannot = (why: string, remedy: string, ending: 'badInput' | 'cloud') =>
    new UserError(
      doctorErrors[ending === 'cloud' ? 'doctor-github-unavailable' : 'doctor-github'],
      `cannot read ${what}: ${plain(why, 300)}`,
      { remedy },
    )
  const again = 'It is safe to run this again.'
  if (!(error instanceof Refused))
    return { error: cannot(`nothing usable came back: ${said(error)}`, again, 'cloud') }
  const { status, headers, message } = error
  const why = `GitHub says ${status}${message === '' ? '' : `: ${message}`}`
  if (moved.includes(status)) {
    const correct = 'Correct the remote origin and github.repository in cdktf/environments.json'
    const remedy = `${correct} (and GITHUB_API_URL, if it is set).`
    return { error: cannot(`the repository has moved (${why})`, remedy, 'badInput') }
  }
  if (status === 401)
    return { error: cannot(why, 'Set GITHUB_TOKEN or GH_TOKEN to a valid token.', 'badInput') }
  const limited = headers.get('retry-after') !== null || headers.get('x-ratelimit-remaining') === '0'
  if (status === 429 || (status === 403 && limited))
    return { error: cannot(why, `Run this again ${resetOf(headers)}.`, 'cloud') }
  if (status === 403 || status === 404) return { error: cannot(why, '', 'badInput'), missingRight: right }
  return { error: cannot(why, again, status >= 500 ? 'cloud' : 'badInput') }
}

// GitHub Docs, "Rate limits for the REST API": seconds from now, or seconds since 1970.
function resetOf(headers: Headers): string {
  const after = Number(headers.get('retry-after') ?? Number.NaN)
  if (Number.isFinite(after)) return `in ${after} s`
  const at = new Date(Number(headers.get('x-ratelimit-reset') ?? Number.NaN) * 1000)
  return Number.isNaN(at.getTime()) ? 'later' : `after ${at.toISOString()}`
}

function said(error: unknown): string {
  const { message, cause } = error as { message?: string; cause?: { code?: string; message?: string } }
  return [message, cause?.code ?? cause?.message].filter(Boolean).join(': ')
}
