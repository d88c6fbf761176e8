import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { checkAccessNames } from '../scripts/access/name-clashes.ts'
import { attempt, errorsOf, valuesOf } from '../scripts/base/attempt.ts'
import { joinErrors } from '../scripts/base/join-errors.ts'
import type { Environment } from '../scripts/catalogue/environments.ts'
import type { ServiceName } from '../scripts/names/service-name.ts'
import { stackId, type Target } from '../scripts/names/target.ts'
import { accessStack, foundation } from '../scripts/stack/names.ts'
import type { SynthInput } from '../scripts/stack/synth-input.ts'
import { App } from './cdk.ts'
import { checkSizes } from './check-sizes.ts'
import { checkCatalogue } from './input/check-catalogue.ts'
import { pinnedService } from './input/pinned-service.ts'
import { addOwn, type Extended, type Made, writeExtended } from './own/add.ts'
import type { OwnResources } from './own/load.ts'
import { boundRoles } from './stacks/access/boundary.ts'
import { AccessStack } from './stacks/access/stack.ts'
import { prepareStack } from './stacks/all.ts'
import { FoundationStack } from './stacks/foundation/stack.ts'
import { RemovedStack } from './stacks/removed/stack.ts'
import { BaseStack } from './stacks/shared/base-stack.ts'
import type { ServiceStack } from './stacks/shared/service-stack.ts'
import type { ServiceSpec } from './stacks/shared/spec.ts'
import { withoutCreationTraces } from './without-creation-traces.ts'

/** What a repository adds to the stacks of its services. */
export type Own = ReadonlyMap<ServiceName, OwnResources>

/** A written stack, and the release that it is for. */
export type WrittenStack = { readonly id: string; readonly tag: string | undefined }

/**
 * Writes `<outdir>/stacks/<stack id>/cdk.tf.json` for each stack, with what the repository adds to those of its services,
 * or throws an error with all faults of the input.
 */
export function synthesize(input: SynthInput, own: Own = new Map()): WrittenStack[] {
  return withoutCreationTraces(() => write(input, own))
}

function write(input: SynthInput, own: Own): WrittenStack[] {
  const prepared = input.stacks.map(pinned => attempt(() => prepare(input, pinned)))
  const names = checkAccessNames(input.environments, input.services)
  joinErrors([...checkCatalogue(input), ...names, ...errorsOf(prepared)])
  const stacks = join(input.outdir, 'stacks')
  const clear = () => rmSync(stacks, { recursive: true, force: true })
  // App does not create parent folders or remove the stacks of an earlier run.
  clear()
  mkdirSync(input.outdir, { recursive: true })
  try {
    writeStacks(input, own, valuesOf(prepared))
  } catch (error) {
    // Some stacks may be written that must not be applied.
    clear()
    throw error
  }
  return [
    ...(input.foundation ? [{ id: foundation.stack, tag: undefined }] : []),
    ...accessOf(input).map(environment => ({ id: accessStack(environment).stack, tag: undefined })),
    ...valuesOf(prepared).map(({ spec: { target, pin } }) => ({ id: stackId(target), tag: pin.tag })),
  ]
}

type Prepared = ReturnType<typeof prepare>

function writeStacks(input: SynthInput, own: Own, services: readonly Prepared[]): void {
  const newApp = () => new App({ outdir: input.outdir, stackTraces: false })
  const app = newApp()
  // What extends a stack reaches all others of its app.
  const appFor = ({ target }: ServiceSpec) => (isExtended(own.get(target.service)) ? newApp() : app)
  if (input.foundation) new FoundationStack(app, input)
  for (const environment of accessOf(input))
    new AccessStack(app, { ...input, ...(environment === undefined ? {} : { environment }) })
  const made = services.map(({ spec, make }) => ({ spec, stack: bounded(make(appFor(spec)), input, spec) }))
  for (const target of input.removed ?? []) new RemovedStack(app, target, environmentOf(input, target))
  const stacks = [...new Set([...stacksOf(app), ...made.map(({ stack }) => stack)])]
  for (const stack of stacks) stack.requireProvider(input.environments.terraform?.awsProvider)
  const extended = extendAll(input, own, made)
  joinErrors(stacks.flatMap(stack => checkSizes(stack, input.environments)))
  writeExtended(input.root ?? '', join(input.outdir, 'stacks'), extended, () => {
    app.synth()
    for (const { stack } of extended) App.of(stack).synth()
  })
}

/** Adds what the repository has for each stack; roles that it adds get the boundary, too. */
function extendAll(input: SynthInput, own: Own, made: readonly Made[]): Extended[] {
  const { root = '', outdir } = input
  const extended = made.flatMap(one => {
    const found = own.get(one.spec.target.service)
    if (!isExtended(found)) return []
    const folder = join(outdir, 'stacks', one.stack.node.id)
    return [attempt(() => addOwn(root, folder, one, found))]
  })
  joinErrors(errorsOf(extended))
  const values = valuesOf(extended)
  for (const { stack, spec } of values) bounded(stack, input, spec)
  return values
}

function isExtended(own: OwnResources | undefined): own is OwnResources {
  return own !== undefined && own.extensions.length + own.terraform.length > 0
}

function stacksOf(app: App): BaseStack[] {
  return app.node.children.filter(one => one instanceof BaseStack)
}

function bounded(stack: ServiceStack, { environments }: SynthInput, { target, environment }: ServiceSpec) {
  const { prefix, github } = environments
  if (github !== undefined) boundRoles(stack, { prefix, name: target.environment, environment })
  return stack
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
