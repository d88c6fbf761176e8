import type { Block } from './schema/types.ts'
import type { State } from './wire/value.ts'

/**
 * Finds values for attributes that only AWS can set. Terraform checks the rest of a schema itself and leaves this to
 * providers (terraform-plugin-sdk, `Value for unconfigurable attribute`).
 */
export function unconfigurable({ attributes }: Block, config: State): object[] {
  return Object.entries(attributes)
    .filter(([name, { optional, required }]) => !optional && !required && (config[name] ?? null) !== null)
    .map(([attribute_name]) => ({
      severity: 'ERROR',
      summary: 'Value for unconfigurable attribute',
      detail: `Can't configure a value for "${attribute_name}": its value will be decided automatically based on the result of applying this configuration.`,
      attribute: { steps: [{ attribute_name }] },
    }))
}
