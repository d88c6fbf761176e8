import { Token } from 'cdktf'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findTokens } from '../../scripts/catalogue/tokens.ts'
import { userError } from '../scripts/samples.ts'
import { environments, services } from './catalogue.ts'

/* What CDKTF itself makes, so that another version of it which makes others is noticed. */
const unknown = { creationStack: [], resolve: () => 'own', toString: () => 'own' }
const made: readonly (readonly [string, () => string])[] = [
  ['a text', () => Token.asString(unknown)],
  ['a list', () => Token.asList(unknown)[0] ?? ''],
  ['a map', () => Object.keys(Token.asStringMap(unknown))[0] ?? ''],
  ['a number', () => String(Token.asNumber(unknown))],
  ['a list of numbers', () => String(Token.asNumberList(unknown)[0])],
]

describe('what CDKTF takes for a value of its own', () => {
  it.each(made)('is found wherever %s is put', (_, make) => {
    const token = make()
    expect(token).toMatch(/TfToken|e\+2\d\d$|e\+30\d$/)
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        // Digits before or after a number make another one.
        const text = `${before} ${token} ${after}`
        expect(findTokens({ settings: { variables: { A: text } } })).toMatchObject([
          { path: ['settings', 'variables', 'A'] },
        ])
        expect(findTokens([text, { [text]: 1 }])).toHaveLength(2)
      }),
    )
  })

  it('is a number, too', () => {
    expect(findTokens({ a: [Token.asNumber(unknown)] })).toMatchObject([{ path: ['a', '0'] }])
  })

  it('is refused in service.json and environments.json, and named', () => {
    const variables = { A: 'x', B: 'y \u0024{TfToken[TOKEN.0]}' }
    const { message } = userError(() => services({ x: { kind: 'lambda-image', settings: { variables } } }))
    expect(message).toContain('  settings.variables.B: must not have what CDKTF takes')
    const own = userError(() =>
      environments(json => Object.assign(json.artifacts, { requiredReferrers: ['#{TfToken[TOKEN.1]}'] })),
    )
    expect(own.message).toContain('artifacts.requiredReferrers.0: must not have what CDKTF takes')
  })

  it.each(['\u0024{HOME}', '%{if x}', '$${a}', '{TfToken', '-1e5', '1e300', '3.5e-10', '-', 'a.b+c'])(
    'is not %s',
    text => {
      expect(findTokens({ [text]: text })).toEqual([])
    },
  )
})
