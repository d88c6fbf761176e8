import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { writeAuth } from './config.ts'
import { checkLogin } from './registry-client.ts'
import { loopbackUrl } from './registry-host.ts'
import { StandInError } from './stand-in-error.ts'

/** `docker login --username … --password-stdin <host>`: checks the credentials with the registry, then saves them. */
export async function login(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  stdin: NodeJS.ReadableStream,
): Promise<void> {
  const { username, host } = parseLogin(args)
  const url = loopbackUrl(host)
  const password = (await text(stdin)).replace(/\r?\n$/, '')
  if (password === '') throw new StandInError('docker: password is empty')
  const auth = Buffer.from(`${username}:${password}`).toString('base64')
  await checkLogin({ url, auth })
  await writeAuth(env, host, auth)
  process.stdout.write('Login Succeeded\n')
}

function parseLogin(args: readonly string[]): { readonly username: string; readonly host: string } {
  const options = { username: { type: 'string', short: 'u' }, 'password-stdin': { type: 'boolean' } } as const
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true })
    const [server, ...more] = positionals
    if (values.username && values['password-stdin'] && server && more.length === 0) {
      // The registry may be a URL, as in ECR's token; docker keeps only its host.
      return { username: values.username, host: server.replace(/^https?:\/\//, '').replace(/\/$/, '') }
    }
  } catch {
    // An unknown option gets the same error as anything else that the stand-in does not know.
  }
  throw new StandInError(`docker: the stand-in does not know "login ${args.join(' ')}"`)
}
