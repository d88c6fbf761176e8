import { kindNames, kinds } from '../kinds/all.ts'
import { type Managed, managedByAll, managedByFoundation } from '../kinds/managed.ts'

/** Every type of resource that Waybill itself creates. */
export const managed: Managed = Object.assign(
  {},
  managedByFoundation,
  managedByAll,
  ...kindNames.map(name => kinds[name].managed),
)

type Planned = {
  readonly address: string
  readonly type: string
  readonly change: { readonly after?: unknown }
}

/** A resource or data source of a module, as the plan repeats its configuration. */
export type Configured = {
  readonly address: string
  readonly mode: string
  readonly type: string
  /** The provider block that it uses, as in `aws` and `aws.frankfurt`. */
  readonly provider_config_key?: string | undefined
  readonly expressions?: unknown
}

/** A module's configuration in a plan, with those that it calls. */
export type ConfiguredModule = {
  readonly resources?: readonly Configured[] | undefined
  readonly module_calls?:
    | Readonly<Record<string, { readonly module?: ConfiguredModule | undefined }>>
    | undefined
}

/**
 * The addresses of resources that would be the same one in AWS, as in `aws_iam_role.mine and aws_iam_role.role`. Those of
 * another provider block may be in another account or region.
 */
export function sameResources(resources: readonly Planned[], module: ConfiguredModule = {}): string[] {
  const providers = new Map(providersIn(module))
  const all = resources.flatMap(one => named(one, providers.get(withoutKeys(one.address))))
  const byName = Object.groupBy(all, ({ key }) => key)
  return Object.values(byName).flatMap((same = []) =>
    same.length < 2 ? [] : [`${same.map(({ address }) => address).join(' and ')} are ${same[0]?.name}`],
  )
}

function named({ address, type, change: { after } }: Planned, provider: string | undefined) {
  const attributes = Object.hasOwn(managed, type) ? (managed[type] ?? []) : []
  const planned = after as Record<string, unknown> | null | undefined
  const values = attributes.map(one => planned?.[one])
  // What is not known yet, such as another resource's ARN, cannot be compared.
  if (values.length === 0 || values.some(one => one === undefined || one === null || one === '')) return []
  // Since version 6 of the provider, a resource can name its own region.
  const key = JSON.stringify([type, provider, planned?.region, ...values])
  return [{ address, key, name: values.map(String).join(' of ') }]
}

/** The provider block of each resource, by its address without the keys of count and for_each. */
function providersIn(
  { resources = [], module_calls = {} }: ConfiguredModule,
  prefix = '',
): [string, string][] {
  const own = resources.flatMap(({ address, provider_config_key: key }): [string, string][] =>
    key === undefined ? [] : [[`${prefix}${address}`, key.replace(/^.*:/, '')]],
  )
  const others = Object.entries(module_calls).flatMap(([name, { module = {} }]) =>
    providersIn(module, `${prefix}module.${name}.`),
  )
  return [...own, ...others]
}

function withoutKeys(address: string): string {
  return address.replace(/\[(?:"(?:[^"\\]|\\.)*"|\d+)\]/g, '')
}

// The values that these data sources read are secrets, and stay in the state and in each plan (their pages in the
// provider's documentation).
const secretData: Readonly<Record<string, (expressions: unknown) => boolean>> = {
  aws_ecr_authorization_token: always,
  aws_eks_cluster_auth: always,
  aws_kms_secrets: always,
  aws_secretsmanager_random_password: always,
  aws_secretsmanager_secret_version: always,
  aws_ssm_parameter: decrypts,
  aws_ssm_parameters_by_path: decrypts,
}

/** The addresses of the data sources that read secrets, those of modules included. */
export function secretReads({ resources = [], module_calls = {} }: ConfiguredModule, prefix = ''): string[] {
  const own = resources
    .filter(({ mode, type }) => mode === 'data' && Object.hasOwn(secretData, type))
    .filter(({ type, expressions }) => secretData[type]?.(expressions))
    .map(({ address }) => `${prefix}${address}`)
  const others = Object.entries(module_calls).flatMap(([name, { module = {} }]) =>
    secretReads(module, `${prefix}module.${name}.`),
  )
  return [...own, ...others]
}

function always(): boolean {
  return true
}

/** Whether a parameter is decrypted, as it is by default. */
function decrypts(expressions: unknown): boolean {
  const { with_decryption } = (expressions ?? {}) as { with_decryption?: { constant_value?: unknown } }
  return with_decryption?.constant_value !== false
}
