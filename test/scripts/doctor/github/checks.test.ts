import { expect, it } from 'vitest'
import { ownersOf } from '../../../../scripts/doctor/github/owners.ts'
import { checkSecrets } from '../../../../scripts/doctor/github/secrets.ts'
import { checkTagRules, type RulesetSeen } from '../../../../scripts/doctor/github/tags.ts'
import { service } from '../../samples.ts'

const pin = 'cdktf/pins/prod/service-a.json'

// The examples of GitHub Docs, "About code owners", on this project's paths.
it.each<[string, string, string[]]>([
  ['', pin, []],
  ['* @all', pin, ['@all']],
  ['* @all\n/cdktf/pins/prod/ @releasers @ops', pin, ['@releasers', '@ops']],
  ['/cdktf/pins/prod/ @releasers\n* @all', pin, ['@all']],
  ['* @all\n/cdktf/pins/prod/', pin, []],
  ['*.json @json # these', pin, ['@json']],
  ['# * @all', pin, []],
  ['/cdktf @platform', pin, ['@platform']],
  ['cdktf/ @platform', pin, ['@platform']],
  ['prod/ @releasers', pin, ['@releasers']],
  ['/prod/ @releasers', pin, []],
  ['/cdktf/pins/* @flat', pin, []],
  ['/cdktf/pins/** @deep', pin, ['@deep']],
  ['/cdktf/pins/staging/ @other', pin, []],
  ['.github/ @platform', '.github/workflows/deploy-run.yml', ['@platform']],
])('of the owners %j those of %s are %j', (text, path, expected) => {
  expect(ownersOf(text, path)).toEqual(expected)
})

const ruleset = (types: string[], more: Partial<RulesetSeen> = {}): RulesetSeen => ({
  name: 'tags',
  enforcement: 'active',
  bypass_actors: [],
  conditions: { ref_name: { include: ['refs/tags/*-v*'], exclude: [] } },
  rules: types.map(type => ({ type })),
  ...more,
})
const refs = (include: string[], exclude: string[] = []) => ({
  conditions: { ref_name: { include, exclude } },
})
const whole = ['creation', 'update', 'deletion']
const admin = { actor_type: 'OrganizationAdmin', bypass_mode: 'always' }

it.each<[string, RulesetSeen[], string, string]>([
  ['one ruleset for all', [ruleset(whole)], 'ok', 'can be moved or deleted'],
  ['one ruleset each', whole.map(type => ruleset([type])), 'ok', ''],
  ['all tags', [ruleset(whole, refs(['~ALL']))], 'ok', ''],
  ['each service by name', [ruleset(whole, refs(['refs/tags/service-a-v*', 'refs/tags/b-v*']))], 'ok', ''],
  ['one service only', [ruleset(whole, refs(['refs/tags/service-a-v*']))], 'failed', 'b-v1.0.0'],
  ['an exception', [ruleset(whole, refs(['~ALL'], ['refs/tags/*-rc.*']))], 'failed', 'service-a-v2.0.0-rc.1'],
  [
    'an exception that may be a release',
    [ruleset(whole, refs(['~ALL'], ['refs/tags/old-*']))],
    'warning',
    'refs/tags/old-* (tags)',
  ],
  [
    'an exception for new tags alone',
    [ruleset(['update', 'deletion']), ruleset(['creation'], refs(['~ALL'], ['refs/tags/old-*']))],
    'warning',
    'refs/tags/old-* (tags)',
  ],
  [
    'an exception beside a ruleset without one',
    [ruleset(whole), ruleset(whole, refs(['~ALL'], ['refs/tags/old-*']))],
    'ok',
    '',
  ],
  ['a pattern that only looks like a negation', [ruleset(whole, refs(['!refs/tags/x']))], 'failed', ''],
  ['no deletion', [ruleset(['creation', 'update'])], 'failed', 'move or delete'],
  ['no update', [ruleset(['creation', 'deletion'])], 'failed', 'move or delete'],
  ['an inactive ruleset', [ruleset(whole, { enforcement: 'evaluate' })], 'failed', 'not active: tags'],
  ['no condition on names', [ruleset(whole, { conditions: null })], 'failed', ''],
  ['nothing', [], 'failed', ''],
  [
    'creations not restricted',
    [ruleset(['update', 'deletion'])],
    'warning',
    'anybody who can push can create',
  ],
  ['a bypass', [ruleset(whole, { bypass_actors: [admin] })], 'warning', 'OrganizationAdmin (tags)'],
  [
    'a bypass for new tags only',
    [ruleset(['update', 'deletion']), ruleset(['creation'], { bypass_actors: [admin] })],
    'ok',
    '',
  ],
  ['an invisible bypass', [ruleset(whole, { bypass_actors: null })], 'ok', 'this token cannot see'],
])('rules on tags with %s', (_, rulesets, state, detail) => {
  const check = checkTagRules({ value: rulesets }, [service('service-a'), service('b')])
  expect(check.state).toBe(state)
  expect(check.detail).toContain(detail)
})

it.each<[string, string]>([
  ['AWS_ACCESS_KEY_ID', 'failed'],
  ['PROD_AWS_SECRET_ACCESS_KEY', 'failed'],
  ['aws_session_token', 'failed'],
  ['AWS_CREDENTIALS', 'failed'],
  ['AWS_REGION', 'ok'],
  ['GH_PAT', 'warning'],
  ['PERSONAL_ACCESS_TOKEN', 'warning'],
  ['DISPATCH', 'ok'],
  ['PATH_TO_IT', 'ok'],
  ['WAYBILL_PIN_APP_KEY', 'ok'],
])('a secret called %s is %s', (name, state) => {
  expect(checkSecrets([{ place: 'x', names: { value: [name] } }])[0]?.state).toBe(state)
})
