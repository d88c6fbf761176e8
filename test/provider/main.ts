import { startProvider } from './provider.ts'

/** Runs the stand-in for the Terraform AWS provider in the foreground until it is interrupted. */
async function main(): Promise<number> {
  const endpoint = process.env.AWS_ENDPOINT_URL
  if (endpoint === undefined || !URL.canParse(endpoint)) {
    process.stderr.write(
      'AWS_ENDPOINT_URL must be the address of an emulator. Start one with `make emulator`.\n',
    )
    return 2
  }
  const ended = new Promise<void>(resolve => {
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
  })
  const provider = await startProvider({ endpoint })
  process.stdout.write(banner(provider.env))
  await ended
  await provider.close()
  return 0
}

function banner(env: Readonly<Record<string, string>>): string {
  return [
    '# A stand-in for the Terraform AWS provider. It has the schemas, not the validators, of the real one.',
    '# Paste this into another shell and run terraform there:',
    ...Object.entries(env).map(([name, value]) => `export ${name}='${value}'`),
    '# End it: Ctrl-C',
    '',
  ].join('\n')
}

process.exitCode = await main()
