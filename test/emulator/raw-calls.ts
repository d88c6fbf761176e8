import type { Emulator } from './emulator.ts'

/** What a service answered to a request that was written by hand. */
export type RawAnswer = { status: number; type: string | null; text: string }

/** One request by hand: the SDK fills in, leaves out or refuses by itself some of what a test sends. */
export type RawRequest = {
  method?: string
  path?: string
  headers?: Record<string, string>
  body?: string | URLSearchParams
}

/** The header of a signature, as far as the emulator looks at one. */
export function authorization(env: Record<string, string>, service: string, region = 'us-east-1'): string {
  const scope = `${env.AWS_ACCESS_KEY_ID}/20260101/${region}/${service}/aws4_request`
  return `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`
}

/** Sends requests by hand, signed for a service as far as the emulator looks at a signature. */
export function rawCalls(emulator: () => Emulator) {
  async function send(service: string, { method = 'POST', path = '/', headers, body }: RawRequest) {
    const { url, env } = emulator()
    const all = { authorization: authorization(env, service), ...headers }
    const answer = await fetch(`${url}${path}`, { method, headers: all, ...(body ? { body } : {}) })
    return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() }
  }
  return {
    send,
    /** A call of the query protocol, with the error's code when there is one. */
    async query(service: string, input: Record<string, string>): Promise<RawAnswer & { code: string }> {
      const answer = await send(service, { body: new URLSearchParams(input) })
      return { ...answer, code: /<Code>(.*?)<\/Code>/.exec(answer.text)?.[1] ?? '' }
    },
    /** A call of the JSON protocol, with what came back. */
    async json(service: string, target: string, input: object): Promise<{ status: number; body: object }> {
      const headers = { 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.1' }
      const answer = await send(service, { headers, body: JSON.stringify(input) })
      return { status: answer.status, body: JSON.parse(answer.text) as object }
    },
  }
}
