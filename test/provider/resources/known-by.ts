import { ProviderError } from '../provider-error.ts'
import type { State } from '../wire/value.ts'

/** `nameOf` and `fromId` for a type that one attribute identifies. The stand-in does not generate names. */
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
