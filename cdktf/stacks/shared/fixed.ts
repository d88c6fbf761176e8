/**
 * The attributes that extensions may not change, by Terraform type. `container_definitions.image` is the field `image` of
 * each object in the list that `container_definitions` holds as JSON.
 */
export type Fixed = Readonly<Record<string, readonly string[]>>

/** What no resource's extension may change: what it is called, where it is, and how Terraform treats it. */
export const fixedOfAll = [
  'name',
  'function_name',
  'family',
  'alarm_name',
  'lifecycle',
  'provider',
  'region',
  'count',
  'for_each',
] as const
