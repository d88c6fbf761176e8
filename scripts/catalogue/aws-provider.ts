import compare from 'semver/functions/compare.js'
import major from 'semver/functions/major.js'

/** The version of Terraform's AWS provider that the resources in cdktf/ are typed for: what is used by default, and the oldest. */
export const bindingsVersion = '6.25.0'

const beyond = `${major(bindingsVersion) + 1}.0.0`

/** The versions that a constraint allows: from `least`, and below `below`. */
export type ProviderVersions = { readonly least: string; readonly below: string }

const part = /^(=|>=|<|~>)? *(\d+)\.(\d+)(?:\.(\d+))?$/

/**
 * Parses a version, or a constraint as Terraform writes it (Terraform, "Version Constraints"), with `=`, `>=`, `<` and
 * `~>`. Undefined if it is neither, or allows no version.
 */
export function providerVersions(constraint: string): ProviderVersions | undefined {
  let versions: ProviderVersions = { least: '0.0.0', below: '999.0.0' }
  for (const text of constraint.split(',')) {
    const one = versionsOf(text.trim())
    if (one === undefined) return undefined
    versions = {
      least: later(versions.least, one.least),
      below: later(versions.below, one.below) === versions.below ? one.below : versions.below,
    }
  }
  return compare(versions.least, versions.below) < 0 ? versions : undefined
}

/** Whether the typed resources work with every version that a constraint allows. */
export function isForBindings(constraint: string): boolean {
  const versions = providerVersions(constraint)
  if (versions === undefined) return false
  return compare(versions.least, bindingsVersion) >= 0 && compare(versions.below, beyond) <= 0
}

/** Whether a constraint allows a version. */
export function allowsProvider(constraint: string, version: string): boolean {
  const versions = providerVersions(constraint)
  if (versions === undefined) return false
  return compare(version, versions.least) >= 0 && compare(version, versions.below) < 0
}

/** Whether every version that a constraint allows is at least this one; without a constraint it is the bindings' own. */
export function isFrom(constraint: string | undefined, least: string): boolean {
  const versions = providerVersions(constraint ?? bindingsVersion)
  return versions !== undefined && compare(versions.least, least) >= 0
}

/** Whether a constraint allows one version only. */
export function isOneVersion(constraint: string): boolean {
  return /^=? *\d+\.\d+\.\d+$/.test(constraint.trim())
}

function versionsOf(text: string): ProviderVersions | undefined {
  const found = part.exec(text)
  if (found === null) return undefined
  const [, sign = '=', ...numbers] = found
  const [one = 0, two = 0, three] = numbers.map(digits => (digits === undefined ? undefined : Number(digits)))
  const version = `${one}.${two}.${three ?? 0}`
  switch (sign) {
    case '>=':
      return { least: version, below: '999.0.0' }
    case '<':
      return { least: '0.0.0', below: version }
    case '~>':
      return { least: version, below: three === undefined ? `${one + 1}.0.0` : `${one}.${two + 1}.0` }
    default:
      return { least: version, below: `${one}.${two}.${(three ?? 0) + 1}` }
  }
}

function later(one: string, other: string): string {
  return compare(one, other) < 0 ? other : one
}

/** The AWS provider's version in the text of a `.terraform.lock.hcl`; undefined if it has none. */
export function lockedProvider(lock: string): string | undefined {
  return /^provider "[^"\n]*\/hashicorp\/aws" \{\n\s*version\s*=\s*"([^"\n]+)"/m.exec(lock)?.[1]
}
