import fc from 'fast-check'
import { expect, it } from 'vitest'
import { environmentNamePattern, isOwnFolder } from '../../../scripts/names/environment-name.ts'
import { accessStack, foundation, planFolder, stateKey } from '../../../scripts/stack/names.ts'
import { service } from '../samples.ts'

const word = fc.constantFrom('access', 'plans', 'foundation', 'staging', 'a')
const name = fc.array(word, { minLength: 1, maxLength: 2 }).map(words => words.join('-'))
const environments = fc.uniqueArray(
  name.filter(one => !isOwnFolder(one)),
  { minLength: 1, maxLength: 4 },
)
const services = fc.uniqueArray(name.map(service), { minLength: 1, maxLength: 4 })

it('what is stored in one state bucket for all environments never shares a key, nor a folder with a plan', () => {
  fc.assert(
    fc.property(environments, services, (places, names) => {
      const targets = places.flatMap(environment => names.map(one => ({ service: one, environment })))
      const states = [
        foundation.stateKey,
        accessStack().stateKey,
        ...places.map(environment => accessStack(environment).stateKey),
        ...targets.map(stateKey),
      ]
      expect(new Set(states).size).toBe(states.length)
      const plans = targets.map(planFolder)
      expect(new Set(plans).size).toBe(plans.length)
      expect(states.filter(key => plans.some(folder => key.startsWith(folder)))).toEqual([])
      // The rights of an environment are for all that begins with its name.
      for (const environment of places) {
        const own = targets.filter(one => one.environment === environment).map(stateKey)
        expect(states.filter(key => key.startsWith(`${environment}/`))).toEqual(own)
        expect(plans.filter(folder => folder.startsWith(`${environment}/`))).toEqual([])
      }
    }),
  )
})

it('only names that an environment could have need to be reserved', () => {
  for (const one of ['access', 'plans']) {
    expect(isOwnFolder(one)).toBe(true)
    expect(one).toMatch(environmentNamePattern)
  }
  expect(isOwnFolder('staging')).toBe(false)
})
