import type { z } from 'zod'
import { readCode } from './code.ts'
import { checkRevision, invalidValue, lambdaError, notFound } from './errors.ts'
import { createSchema, readInput, updateCodeSchema } from './input.ts'
import { printVersion } from './print.ts'
import { checkRole } from './role.ts'
import { settingsSchema, updateSettingsSchema } from './settings-input.ts'
import type { FunctionVersion, LambdaCall, LambdaFunction } from './state.ts'
import { checkReady, findFunction, functionArn, processKey, revised } from './state.ts'
import { publish } from './versions.ts'

/** CreateFunction. */
export function createFunction(call: LambdaCall): object {
  const { state, identity } = call
  const request = readInput(createSchema, call.input)
  const settings = readInput(settingsSchema, call.input)
  const name = request.FunctionName.split(':').at(-1) ?? ''
  const arn = functionArn(identity, name)
  if (state.functions.has(arn)) {
    throw lambdaError('ResourceConflictException', `Function already exist: ${name}`)
  }
  checkPackage(request, settings)
  checkRole(state.iam, identity, request.Role)
  const created: LambdaFunction = {
    name,
    arn,
    latest: {
      version: '$LATEST',
      arn,
      settings,
      code: readCode(call, arn, request.Code),
      packageType: request.PackageType,
      architectures: request.Architectures ?? ['x86_64'],
      fresh: true,
      ...revised(state),
    },
    published: new Map(),
    aliases: new Map(),
    permissions: new Map(),
    tags: new Map(Object.entries(request.Tags)),
  }
  state.functions.set(arn, created)
  return printVersion(state, created, request.Publish ? publish(state, created) : created.latest)
}

/** UpdateFunctionCode; with DryRun it checks everything and changes nothing. */
export function updateFunctionCode(call: LambdaCall): object {
  const { state } = call
  const request = readInput(updateCodeSchema, call.input)
  const target = changeable(call, request.RevisionId)
  const { latest } = target
  if ((request.ImageUri === undefined) !== (latest.packageType === 'Zip')) {
    throw invalidValue(
      `Please do not provide code of another kind when updating a ${latest.packageType} function.`,
    )
  }
  const code = readCode(call, target.arn, request)
  const architectures = request.Architectures ?? latest.architectures
  const changed: FunctionVersion = { ...latest, code, architectures, fresh: false, ...revised(state) }
  if (request.DryRun) return printVersion(state, target, { ...changed, readyAt: 0 })
  state.runtime.retire(processKey(latest))
  target.latest = changed
  return printVersion(state, target, request.Publish ? publish(state, target) : target.latest)
}

/** UpdateFunctionConfiguration: what is not given stays as it is. */
export function updateFunctionConfiguration(call: LambdaCall): object {
  const { RevisionId, ...changes } = readInput(updateSettingsSchema, call.input)
  const target = changeable(call, RevisionId)
  if (changes.Role !== undefined) checkRole(call.state.iam, call.identity, changes.Role)
  const settings = { ...target.latest.settings, ...changes }
  call.state.runtime.retire(processKey(target.latest))
  target.latest = { ...target.latest, settings, fresh: false, ...revised(call.state) }
  return printVersion(call.state, target, target.latest)
}

/** DeleteFunction: the function with all it has, or one version that no alias points to. */
export function deleteFunction(call: LambdaCall): undefined {
  const target = findFunction(call)
  const { qualifier } = call
  const retire = (version: FunctionVersion) => call.state.runtime.retire(processKey(version))
  if (qualifier === undefined) {
    for (const version of [target.latest, ...target.published.values()]) retire(version)
    call.state.functions.delete(target.arn)
    return
  }
  if (qualifier === '$LATEST') {
    throw invalidValue('$LATEST version cannot be deleted without deleting the function.')
  }
  const version = target.published.get(qualifier)
  if (!version) throw notFound(`${target.arn}:${qualifier}`)
  const holder = [...target.aliases.values()].find(
    alias => alias.version === qualifier || alias.additional?.version === qualifier,
  )
  if (holder) {
    const message = `Unable to delete version because the following aliases reference it: [${holder.name}]`
    throw lambdaError('ResourceConflictException', message)
  }
  retire(version)
  target.published.delete(qualifier)
}

function changeable(call: LambdaCall, revisionId: string | undefined): LambdaFunction {
  const target = findFunction(call)
  checkReady(call.state, target)
  checkRevision(revisionId, target.latest.revisionId)
  return target
}

function checkPackage(
  { PackageType, Code }: z.output<typeof createSchema>,
  { Runtime, Handler }: z.output<typeof settingsSchema>,
): void {
  if (PackageType === 'Zip') {
    if (Code.ImageUri !== undefined) throw invalidValue('Please set PackageType to Image to use an ImageUri.')
    if (Runtime === undefined || Handler === undefined) {
      throw invalidValue(
        'Runtime and Handler are mandatory parameters for functions created with deployment packages.',
      )
    }
    return
  }
  if (Code.ImageUri === undefined) throw invalidValue('Please provide ImageUri when PackageType is Image.')
  if (Runtime !== undefined || Handler !== undefined) {
    throw invalidValue('Please do not provide Runtime or Handler when PackageType is Image.')
  }
}
