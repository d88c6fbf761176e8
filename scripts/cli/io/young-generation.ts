import type { Command } from '../command.ts'

/**
 * The same command, which keeps V8's young generation as large as it is once its work is loaded: 16 or 32 MB. Thousands of
 * requests would let it grow to 128 MB, nearly all of it garbage, and save no time.
 */
export function withYoungGeneration(command: Command): Command {
  return {
    ...command,
    async load() {
      const action = await command.load()
      keepYoungGeneration()
      return action
    },
  }
}

/** V8 asks for this factor whenever the young generation could grow, unlike its sizes, which it only reads when it starts. */
function keepYoungGeneration(): void {
  // Another release may not know the flag, and would print that.
  if (!process.version.startsWith('v24.')) return
  process.getBuiltinModule('node:v8').setFlagsFromString('--semi-space-growth-factor=1')
}
