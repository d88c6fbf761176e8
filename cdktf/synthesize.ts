import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { checkAccessNames } from '../scripts/access/name-clashes.ts'
import { attempt, errorsOf, valuesOf } from '../scripts/base/attempt.ts'
import { joinErrors } from '../scripts/base/join-errors.ts'
import type { Environment } from '../scripts/catalogue/environments.ts'
import { stackId, type Target } from '../scripts/names/target.ts'
import { accessStack, foundation } from '../scripts/stack/names.ts'
import type { SynthInput } from '../scripts/stack/synth-input.ts'
import { App } from './cdk.ts'
import { checkSizes } from './check-sizes.ts'
import { checkCatalogue } from './input/check-catalogue.ts'
import { pinnedService } from './input/pinned-service.ts'
import { boundRoles } from './stacks/access/boundary.ts'
import { AccessStack } from './stacks/access/stack.ts'
import { prepareStack } from './stacks/all.ts'
import { FoundationStack } from './stacks/foundation/stack.ts'
import { RemovedStack } from './stacks/removed/stack.ts'
import { BaseStack } from './stacks/shared/base-stack.ts'
import { withoutCreationTraces } from './without-creation-traces.ts'

/** A written stack, and the release that it is for. */
export type WrittenStack = { readonly id: string; readonly tag: string | undefined }

/** Writes `<outdir>/stacks/<stack id>/cdk.tf.json` for each stack, or throws an error with all faults of the input. */
export function synthesize(input: SynthInput): WrittenStack[] {
  return withoutCreationTraces(() => write(input))
}

function write(input: SynthInput): WrittenStack[] {
  const prepared = input.stacks.map(pinned => attempt(() => prepare(input, pinned)))
  const names = checkAccessNames(input.environments, input.services)
  joinErrors([...checkCatalogue(input), ...names, ...errorsOf(prepared)])
  // App does not create parent folders or remove the stacks of an earlier run.
  rmSync(join(input.outdir, 'stacks'), { recursive: true, force: true })
  mkdirSync(input.outdir, { recursive: true })
  const app = new App({ outdir: input.outdir, stackTraces: false })
  if (input.foundation) new FoundationStack(app, input)
  const access = accessOf(input)
  for (const environment of access)
    new AccessStack(app, { ...input, ...(environment === undefined ? {} : { environment }) })
  const services = valuesOf(prepared)
  for (const { spec, make } of services) {
    const stack = make(app)
    const { target, environment } = spec
    const { prefix, github } = input.environments
    if (github !== undefined) boundRoles(stack, { prefix, name: target.environment, environment })
  }
  for (const target of input.removed ?? []) new RemovedStack(app, target, environmentOf(input, target))
  const made = app.node.children.filter(one => one instanceof BaseStack)
  for (const stack of made) stack.requireProvider(input.environments.terraform?.awsProvider)
  joinErrors(made.flatMap(stack => checkSizes(stack, input.environments)))
  app.synth()
  return [
    ...(input.foundation ? [{ id: foundation.stack, tag: undefined }] : []),
    ...access.map(environment => ({ id: accessStack(environment).stack, tag: undefined })),
    ...services.map(({ spec: { target, pin } }) => ({ id: stackId(target), tag: pin.tag })),
  ]
}

function prepare(input: SynthInput, pinned: SynthInput['stacks'][number]) {
  const spec = pinnedService(input, pinned)
  return { spec, make: prepareStack(spec) }
}

/** The environments to synthesize roles for; undefined means the artifact account. */
function accessOf({ access }: SynthInput): (string | undefined)[] {
  return [...(access?.artifacts ? [undefined] : []), ...(access?.environments ?? [])]
}

function environmentOf({ environments }: SynthInput, { environment }: Target): Environment {
  const found = environments.environments[environment]
  if (found === undefined) throw new TypeError(`no environment ${environment}`)
  return found
}
