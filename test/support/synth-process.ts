import { readFileSync, statSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { asUserError } from '../../scripts/base/machine-error.ts'
import { joinedHooks } from '../../scripts/base/program/joined-packages.ts'
import { UserError } from '../../scripts/base/user-error.ts'
import type { SynthInput } from '../../scripts/stack/synth-input.ts'
import type { Synthesis } from './shared-synth.ts'

/* Synthesizes for one helper: test/support/shared-synth.ts starts it. What it does to itself is what cdktf/main.ts does. */

process.noDeprecation = true
process.umask(0o077)
registerHooks(joinedHooks({ readFileSync, statSync }))
const { synthesize } = await import('../../cdktf/synthesize.ts')
const { loadOwn } = await import('../../cdktf/own/load.ts')
const { synthErrorJson } = await import('../../cdktf/synth-error-json.ts')

process.on('message', async ({ id, input }: { id: number; input: SynthInput }) => {
  const failure = await act(input).then(
    () => ({}),
    (caught: Error) => {
      const error = asUserError(caught) ?? caught
      return error instanceof UserError ? { error: synthErrorJson(error) } : { bug: String(caught.stack) }
    },
  )
  process.send?.({ id, ...failure } satisfies Synthesis)
})
process.on('disconnect', () => process.exit())

async function act(input: SynthInput): Promise<void> {
  const services = input.stacks.map(({ service }) => service)
  synthesize(input, services.length === 0 ? undefined : await loadOwn(input.root ?? '', services))
}
