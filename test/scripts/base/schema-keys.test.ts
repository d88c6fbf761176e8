import { expect, it } from 'vitest'
import { keysAt } from '../../../scripts/base/schema-keys.ts'
import { parseEnvironments } from '../../../scripts/catalogue/environments.ts'
import { environmentsSchema } from '../../../scripts/catalogue/environments-schema.ts'
import { parseServiceConfig } from '../../../scripts/catalogue/service-config.ts'
import { environmentsJson } from '../../support/world.ts'

const source = { name: 'the file', remedy: '' }

function said(parse: () => unknown): string {
  try {
    parse()
  } catch (error) {
    return (error as Error).message
  }
  return ''
}

it.each([
  [{ kind: 'ecs-service', inptus: ['a'] }, '"inputs"'],
  [{ kind: 'ecs-service', settings: { memroy: 512 } }, '"memory"'],
  [{ kind: 'lambda-image', environments: { staging: { memroy: 512 } } }, '"memory"'],
  [{ kind: 'lambda-zip', build: { comand: 'x', command: 'x', output: 'dist' } }, '"command"'],
])('%j: did you mean %s?', (config, meant) => {
  const text = said(() => parseServiceConfig(JSON.stringify(config), source))
  expect(text).toContain(`(did you mean ${meant}?)`)
})

it('a key of another kind, or one that is near to none, comes without a proposal', () => {
  for (const key of ['clusters', 'timeoutSecond', 'zzz']) {
    const config = { kind: 'ecs-service', settings: { [key]: 1 } }
    const text = said(() => parseServiceConfig(JSON.stringify(config), source))
    expect(text).toContain(key)
    expect(text).not.toContain('did you mean "timeoutSeconds"')
  }
})

it('an unknown key of environments.json comes with the known one', () => {
  const { staging } = environmentsJson.environments
  const environments = { staging: { ...staging, clutser: 'shared' } }
  const text = said(() => parseEnvironments(JSON.stringify({ ...environmentsJson, environments }), source))
  expect(text).toContain('environments.staging: Unrecognized key: "clutser" (did you mean "cluster"?)')
  expect(keysAt(environmentsSchema, ['none'], {})).toEqual([])
})
