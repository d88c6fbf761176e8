import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { writeAuth } from './config.ts'
import { checkLogin } from './registry-client.ts'
import { loopbackUrl } from './registry-host.ts'
import { StandInError } from './stand-in-error.ts'

/** `docker login --username … --password-stdin <host>`: asks the registry, then keeps the credentials. */
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
      // A registry may be given as the address that ECR's token names; docker keeps its host alone.
      return { username: values.username, host: server.replace(/^https?:\/\//, '').replace(/\/$/, '') }
    }
  } catch {
    // An unknown option is told like everything else that the stand-in does not know.
  }
  throw new StandInError(`docker: the stand-in does not know "login ${args.join(' ')}"`)
}
