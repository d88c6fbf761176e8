import { expect, it } from 'vitest'
import type { ServiceConfig } from '../../scripts/catalogue/service-config.ts'
import type { ServiceName } from '../../scripts/names/service-name.ts'
import { environments, pinned, sampleServices } from './catalogue.ts'
import { type Stack, synthesized } from './synthesized.ts'

const places = environments()
const names = Object.keys(sampleServices())

/** The text of a prod stack, with prod's values from environments.json replaced by those of staging. */
function asStaging(stack: Stack | undefined): string {
  const [prod, staging] = [places.environments.prod, places.environments.staging]
  const pairs: [string, string][] = [
    ['PROD', 'STAGING'],
    [balancer(prod?.listener), balancer(staging?.listener)],
  ]
  const pair = (one: unknown, other: unknown) => {
    if (typeof one === 'string') pairs.push([one, String(other)])
    else if (typeof one === 'object' && one !== null)
      for (const key of Object.keys(one)) pair(one[key as never], (other as object)[key as never])
  }
  pair(prod, staging)
  const text = JSON.stringify(stack).replaceAll(/\bprod\b/g, 'staging')
  // Longest first, since an account number may be part of other names.
  pairs.sort(([a], [b]) => b.length - a.length)
  return pairs.reduce((changed, [one, other]) => changed.replaceAll(one, other), text)
}

function balancer(listener = ''): string {
  return listener.split('/').slice(1, 4).join('/')
}

/** Every value of a stack by its path, including the values inside JSON text. */
function flatten(value: unknown, path = ''): Map<string, string> {
  if (typeof value === 'string' && /^[[{]/.test(value)) return flatten(JSON.parse(value), path)
  if (typeof value !== 'object' || value === null) return new Map([[path, JSON.stringify(value)]])
  const entries = Object.entries(value).flatMap(([key, inner]) => [...flatten(inner, `${path}/${key}`)])
  return new Map(entries)
}

/** The differences between two stacks, one line per value; `-` means absent. */
function differences(one: unknown, other: unknown): string[] {
  const [left, right] = [flatten(one), flatten(other)]
  return [...new Set([...left.keys(), ...right.keys()])]
    .filter(path => left.get(path) !== right.get(path))
    .map(path => `${path}: ${left.get(path) ?? '-'} → ${right.get(path) ?? '-'}`)
    .toSorted()
}

/** What differs in prod, apart from the values of environments.json. */
function differencesOf(all: Record<ServiceName, ServiceConfig>, name: string): string[] {
  const stacks = synthesized(pinned(all, places))
  return differences(stacks[`${name}-staging`], JSON.parse(asStaging(stacks[`${name}-prod`])))
}

it.each(names)('%s is the same in staging and prod if its service.json has no settings for either', name => {
  const all = sampleServices()
  const plain = Object.entries(all).map(([key, { environments: _, ...config }]) => [key, config])
  expect(differencesOf(Object.fromEntries(plain), name)).toEqual([])
})

it.each(names)('%s differs between staging and prod only as its service.json says', name => {
  const found = differencesOf(sampleServices(), name)
  process.stdout.write(`${name}, staging → prod:\n${found.map(line => `  ${line}\n`).join('')}`)
  expect(found).toMatchSnapshot()
})
