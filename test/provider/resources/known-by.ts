import { ProviderError } from '../provider-error.ts'
import type { State } from '../wire/value.ts'

/** The attribute that a type is found and known by, for `nameOf` and `fromId`; the stand-in makes up no names. */
export function knownBy(attribute: string): {
  nameOf: (state: State) => string
  fromId: (id: string) => State
} {
  return {
    nameOf: state => {
      const name = state[attribute]
      if (typeof name === 'string') return name
      throw new ProviderError(
        `the stand-in for the AWS provider makes up no names: give ${attribute} a value`,
      )
    },
    fromId: id => ({ [attribute]: id }),
  }
}
