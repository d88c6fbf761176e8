import { targetGroupsPerBalancer } from '../aws/quotas.ts'
import { UserError } from '../base/user-error.ts'
import { kindOf } from '../kinds/all.ts'
import type { Counted, NameUsed, Surroundings } from '../kinds/kind.ts'
import { printTarget, stackId, type Target } from '../names/target.ts'
import type { Environments } from './environments.ts'
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
export function checkNames(all: readonly Named[], quotas: Environments['quotas']): UserError[] {
  const stacks = new Map<string, Target>()
  const taken = new Map<string, Target>()
  const counts = new Map<string, Count>()
  const errors: UserError[] = []
  for (const { target, config, environment } of all) {
    const twin = stacks.get(stackId(target))
    if (twin !== undefined) {
      errors.push(sameStack(twin, target))
      continue
    }
    stacks.set(stackId(target), target)
    const given = givenIn(config, { name: target.environment, environment })
    for (const used of kindOf(config).names(target, given, environment)) {
      if (used.name.length > used.longest) errors.push(tooLong(target, used))
      if (used.counted !== undefined) add(counts, used.counted)
      if (used.within === undefined) continue
      const place = `${used.within.key} ${used.what} ${used.name}`
      const other = taken.get(place)
      if (other === undefined) taken.set(place, target)
      else errors.push(collision(other, target, used))
    }
  }
  return [...errors, ...[...counts.values()].flatMap(one => tooMany(one, quotas))]
}

type Count = Counted & { readonly number: number }

function add(counts: Map<string, Count>, counted: Counted): void {
  const key = `${counted.quota} ${counted.place}`
  counts.set(key, { ...counted, number: (counts.get(key)?.number ?? 0) + 1 })
}

function tooMany({ quota, place, number }: Count, quotas: Environments['quotas']): UserError[] {
  const { most, remedy } = limitOf(quota, quotas)
  if (number <= most) return []
  const cause = `the services need ${number}, and AWS allows ${most}`
  return [
    new UserError(catalogueErrors['quota-exceeded'], `there are too many ${quota} ${place}`, {
      cause,
      remedy,
    }),
  ]
}

function limitOf(quota: Counted['quota'], { rolesPerAccount, rulesPerBalancer }: Environments['quotas']) {
  const raise = (name: string) =>
    `, or have AWS raise the quota and set quotas.${name} in cdktf/environments.json.`
  switch (quota) {
    case 'roles':
      return {
        most: rolesPerAccount,
        remedy: `Move an environment to another account${raise('rolesPerAccount')}`,
      }
    case 'rules':
      return {
        most: rulesPerBalancer,
        remedy: `Give an environment the listener of another load balancer${raise('rulesPerBalancer')}`,
      }
    case 'target groups':
      return {
        most: targetGroupsPerBalancer,
        remedy:
          'Give an environment the listener of another load balancer, or some services the strategy rolling, which needs one target group and not two.',
      }
  }
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
