import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import { checkRevision, invalidValue, lambdaError, notFound } from './errors.ts'
import { createAliasSchema, readInput, updateAliasSchema } from './input.ts'
import { printAlias } from './print.ts'
import type { Alias, LambdaCall, LambdaFunction } from './state.ts'
import { findFunction, findVersion } from './state.ts'

type Routing = z.output<typeof updateAliasSchema>['RoutingConfig']

/** CreateAlias. */
export function createAlias(call: LambdaCall): object {
  const request = readInput(createAliasSchema, call.input)
  const target = findFunction(call)
  const arn = `${target.arn}:${request.Name}`
  if (target.aliases.has(request.Name)) {
    throw lambdaError('ResourceConflictException', `Alias already exists: ${arn}`)
  }
  return store(target, {
    name: request.Name,
    arn,
    version: request.FunctionVersion,
    description: request.Description ?? '',
    ...additionalIn(request.RoutingConfig),
  })
}

/** GetAlias. */
export function getAlias(call: LambdaCall): object {
  return printAlias(findAlias(findFunction(call), call.qualifier))
}

/** UpdateAlias, guarded by the alias's own revision: what is not given stays as it is. */
export function updateAlias(call: LambdaCall): object {
  const request = readInput(updateAliasSchema, call.input)
  const target = findFunction(call)
  const alias = findAlias(target, call.qualifier)
  checkRevision(request.RevisionId, alias.revisionId)
  const { additional, ...rest } = alias
  return store(target, {
    ...rest,
    version: request.FunctionVersion ?? alias.version,
    description: request.Description ?? alias.description,
    ...(request.RoutingConfig ? additionalIn(request.RoutingConfig) : additional ? { additional } : {}),
  })
}

/** DeleteAlias, which does not mind when there is none (Lambda API reference: it answers 204). */
export function deleteAlias(call: LambdaCall): undefined {
  findFunction(call).aliases.delete(call.qualifier ?? '')
}

/** The alias of this name, or Lambda's 404. */
function findAlias(target: LambdaFunction, name = ''): Alias {
  const alias = target.aliases.get(name)
  if (alias) return alias
  throw lambdaError('ResourceNotFoundException', `Cannot find alias arn: ${target.arn}:${name}`)
}

function additionalIn(routing: Routing): Pick<Alias, 'additional'> {
  const weights = Object.entries(routing?.AdditionalVersionWeights ?? {})
  if (weights.length > 1) {
    throw invalidValue('Number of items in AdditionalVersionWeights cannot be greater than 1')
  }
  const [first] = weights
  return first ? { additional: { version: first[0], weight: first[1] } } : {}
}

function store(target: LambdaFunction, alias: Omit<Alias, 'revisionId' | 'invocations'>): object {
  checkVersions(target, alias)
  const stored = { ...alias, revisionId: randomUUID(), invocations: 0 }
  target.aliases.set(alias.name, stored)
  return printAlias(stored)
}

/** What two versions behind one alias must have (Lambda developer guide, alias routing). */
function checkVersions(
  target: LambdaFunction,
  { version, additional }: Omit<Alias, 'revisionId' | 'invocations'>,
) {
  const first = numbered(target, version)
  if (!additional) return
  if (version === '$LATEST' || additional.version === '$LATEST') {
    throw invalidValue('$LATEST is not supported for an alias pointing to more than 1 version')
  }
  if (version === additional.version) {
    throw invalidValue(
      `Invalid function version ${version}. Function version ${version} is already included in routing configuration.`,
    )
  }
  const second = numbered(target, additional.version)
  if (first.settings.Role !== second.settings.Role) {
    throw invalidValue(
      'Both versions of an alias with routing configuration must have the same execution role.',
    )
  }
  if (first.settings.DeadLetterConfig?.TargetArn !== second.settings.DeadLetterConfig?.TargetArn) {
    throw invalidValue(
      'Both versions of an alias with routing configuration must have the same dead-letter queue configuration.',
    )
  }
}

function numbered(target: LambdaFunction, version: string) {
  if (version !== '$LATEST' && !/^\d+$/.test(version)) throw notFound(`${target.arn}:${version}`)
  return findVersion(target, version)
}
