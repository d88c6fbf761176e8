import { UserError } from '../base/user-error.ts'
import { kindOf } from '../kinds/all.ts'
import type { NameUsed, Surroundings } from '../kinds/kind.ts'
import { printTarget, stackId, type Target } from '../names/target.ts'
import { catalogueErrors } from './errors.ts'
import { givenIn, type ServiceConfig } from './service-config.ts'

/** A target with its service.json and its environment. */
export type Named = {
  readonly target: Target
  readonly config: ServiceConfig
  readonly environment: Surroundings
}

/**
 * Finds names that are too long for AWS, names that two targets would share where AWS wants them unique, and stacks with
 * the same id, in any account.
 */
export function checkNames(all: readonly Named[]): UserError[] {
  const stacks = new Map<string, Target>()
  const taken = new Map<string, Target>()
  const errors: UserError[] = []
  for (const { target, config, environment } of all) {
    const twin = stacks.get(stackId(target))
    if (twin !== undefined) {
      errors.push(sameStack(twin, target))
      continue
    }
    stacks.set(stackId(target), target)
    const given = givenIn(config, target.environment)
    for (const used of kindOf(config).names(target, given, environment)) {
      if (used.name.length > used.longest) errors.push(tooLong(target, used))
      if (used.within === undefined) continue
      const place = `${used.within.key} ${used.what} ${used.name}`
      const other = taken.get(place)
      if (other === undefined) taken.set(place, target)
      else errors.push(collision(other, target, used))
    }
  }
  return errors
}

function tooLong(target: Target, { what, name, longest }: NameUsed): UserError {
  return new UserError(
    catalogueErrors['name-too-long'],
    `the name of ${what} of ${printTarget(target)} is too long for AWS: ${name}`,
    { cause: `it has ${name.length} characters, and AWS allows ${longest}` },
  )
}

function sameStack(one: Target, other: Target): UserError {
  const problem = `${printTarget(one)} and ${printTarget(other)} would both have the stack ${stackId(one)}`
  return new UserError(catalogueErrors['name-taken'], problem)
}

function collision(one: Target, other: Target, { what, name, within, remedy }: NameUsed): UserError {
  return new UserError(
    catalogueErrors['name-taken'],
    `${printTarget(one)} and ${printTarget(other)} would both use ${what} ${name} ${within?.says}`,
    { remedy },
  )
}
