/**
 * Lets the command finish what it started although what it prints cannot be written. Returns a function that says so at
 * the end, and whether it has happened. A reader may close the pipe, as in `make deploy | head`: that is no fault.
 */
export function watchOutput(): () => Promise<boolean> {
  let failure: Error | undefined
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') failure ??= error
    })
  }
  return async () => {
    await new Promise<void>(resolve => process.stdout.write('', () => resolve()))
    if (failure !== undefined) await complain(failure)
    return failure !== undefined
  }
}

async function complain({ message: cause }: Error): Promise<void> {
  const { UserError } = await import('../../base/user-error.ts')
  const { cliErrors } = await import('../errors.ts')
  const { printError } = await import('../print-error.ts')
  const { reporter } = await import('../reporter.ts')
  const problem = 'what the command printed is lost: the output cannot be written'
  printError(new UserError(cliErrors['output-lost'], problem, { cause }), reporter(process.stderr))
}
