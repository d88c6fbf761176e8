import fc from 'fast-check'
import { expect, it } from 'vitest'
import { attributeChanges, type PlannedChange } from '../../../scripts/terraform/attribute-changes.ts'

function printed(change: PlannedChange): string[] {
  return attributeChanges(change).map(({ path, before, after }) => `${path}: ${before} → ${after}`)
}

// As Terraform 1.11.4 prints them, cut to what differs.
const rows: [string, PlannedChange, string[]][] = [
  ['nothing', { before: { a: 1, b: [1] }, after: { a: 1, b: [1] } }, []],
  ['a text', { before: { input: 'x' }, after: { input: 'y' } }, ['input: x → y']],
  [
    'false and nought',
    { before: { a: false, b: 0 }, after: { a: true, b: 1 } },
    ['a: false → true', 'b: 0 → 1'],
  ],
  ['null to a value', { before: { nul: null }, after: { nul: 'z' } }, ['nul: (none) → z']],
  [
    'an attribute that goes',
    { before: { obj: { x: 1, gone: 'y' } }, after: { obj: { x: 1 } } },
    ['obj.gone: y → (none)'],
  ],
  ['absent to null', { before: { obj: { x: 1 } }, after: { obj: { x: 1, y: null } } }, []],
  [
    'a list that shrinks',
    {
      before: { list: ['a', 'b', 'c'] },
      after: { list: ['a', 'c'] },
      after_unknown: { list: [false, false] },
      before_sensitive: { list: [false, false, false] },
    },
    ['list.1: b → c', 'list.2: c → (none)'],
  ],
  ['a block that goes', { before: { b: [{ k: 'v' }] }, after: { b: [] } }, ['b.0: {"k":"v"} → (none)']],
  ['a block that comes', { before: { b: null }, after: { b: [{ k: 'v' }] } }, ['b: (none) → [{"k":"v"}]']],
  [
    'what is not known yet',
    { before: { id: 'i', output: { x: 1 } }, after: {}, after_unknown: { id: true, output: true } },
    ['id: i → (known after apply)', 'output: {"x":1} → (known after apply)'],
  ],
  [
    'what is not known yet inside something new',
    { before: { config: null }, after: { config: { a: 1 } }, after_unknown: { config: { path: true } } },
    ['config: (none) → {"a":1,"path":"(known after apply)"}'],
  ],
  [
    'variables with names that JavaScript itself uses',
    { before: { env: {} }, after: { env: { constructor: 'a', toString: 'b' } } },
    ['env.constructor: (none) → a', 'env.toString: (none) → b'],
  ],
  [
    'one container in a list that is JSON in a text',
    {
      before: { container_definitions: '[{"image":"a:1","name":"web"}]' },
      after: { container_definitions: '[{"image":"a:2","name":"web"}]' },
    },
    ['container_definitions.web.image: a:1 → a:2'],
  ],
  [
    'environment variables, by their names and not their places',
    {
      before: { c: '[{"name":"web","environment":[{"name":"B","value":"1"},{"name":"OLD","value":"x"}]}]' },
      after: {
        c: '[{"name":"web","environment":[{"name":"A","value":"new"},{"name":"B","value":"2"}],"secrets":[{"name":"KEY","valueFrom":"arn"}]}]',
      },
    },
    [
      'c.web.environment.B: 1 → 2',
      'c.web.environment.OLD: x → (none)',
      'c.web.environment.A: (none) → new',
      'c.web.secrets.KEY: (none) → arn',
    ],
  ],
  [
    'a list with names that goes',
    { before: { b: [{ name: 'A', value: 'x' }] }, after: { b: null } },
    ['b.A: x → (none)'],
  ],
  [
    'blocks with names, of which one is secret and one not known yet',
    {
      before: { b: [{ name: 'A', value: 'hush-1' }] },
      after: { b: [{ name: 'N' }, { name: 'A', value: 'hush-2' }] },
      after_unknown: { b: [{ value: true }, {}] },
      before_sensitive: { b: [{ value: true }] },
      after_sensitive: { b: [{}, { value: true }] },
    },
    ['b.A: (sensitive) → (sensitive)', 'b.N: (none) → (known after apply)'],
  ],
  [
    'a name that is a secret itself',
    {
      before: { b: [{ name: 'hush-1', value: 'x' }] },
      after: { b: [{ name: 'hush-2', value: 'x' }] },
      before_sensitive: { b: [{ name: true }] },
      after_sensitive: { b: [{ name: true }] },
    },
    ['b.0.name: (sensitive) → (sensitive)'],
  ],
  [
    'two items of one name',
    {
      before: { b: [{ name: 'A', value: 'x' }] },
      after: {
        b: [
          { name: 'A', value: 'x' },
          { name: 'A', value: 'y' },
        ],
      },
    },
    ['b.1: (none) → {"name":"A","value":"y"}'],
  ],
  [
    'the same names in another order',
    { before: { b: [{ name: 'A' }, { name: 'B' }] }, after: { b: [{ name: 'B' }, { name: 'A' }] } },
    ['b.0.name: A → B', 'b.1.name: B → A'],
  ],
  [
    'the same JSON, written otherwise',
    { before: { policy: '{"a":1}' }, after: { policy: '{ "a": 1 }' } },
    ['policy: {"a":1} → { "a": 1 }'],
  ],
  ['JSON that becomes a text', { before: { p: '{"a":1}' }, after: { p: '{"a":' } }, ['p: {"a":1} → {"a":']],
  ['a thing that is made', { before: null, after: { a: 1 } }, []],
  ['a thing that goes', { before: { a: 1 }, after: null }, []],
  [
    'a secret alone',
    {
      before: { input: { token: 'hush-1' } },
      after: { input: { token: 'hush-2' } },
      after_unknown: { input: {} },
      before_sensitive: { input: { token: true } },
      after_sensitive: { input: { token: true } },
    },
    ['input.token: (sensitive) → (sensitive)'],
  ],
  [
    'a part of an object with secrets in it',
    {
      before: { input: { deep: [{ k: 'hush-1', o: '1' }], open: 'o1', token: 'hush-1' } },
      after: { input: { deep: [{ k: 'hush-1', o: '1' }], open: 'o2', token: 'hush-2' } },
      before_sensitive: { input: { deep: [{ k: true }], token: true } },
      after_sensitive: { input: { deep: [{ k: true }], token: true } },
    },
    ['input.open: o1 → o2', 'input.token: (sensitive) → (sensitive)'],
  ],
  [
    'an object with a secret in it, to something not known yet',
    {
      before: { input: { open: 'o', token: 'hush-1' } },
      after: {},
      after_unknown: { input: true },
      before_sensitive: { input: { token: true } },
      after_sensitive: {},
    },
    ['input: {"open":"o","token":"(sensitive)"} → (known after apply)'],
  ],
  [
    'nothing to an object with a secret in it',
    {
      before: { input: null },
      after: { input: [{ token: 'hush-2', open: 'o' }] },
      after_sensitive: { input: [{ token: true }] },
    },
    ['input: (none) → [{"token":"(sensitive)","open":"o"}]'],
  ],
  [
    'a value that becomes a secret',
    { before: { a: 'x' }, after: { a: 'hush-2' }, before_sensitive: {}, after_sensitive: { a: true } },
    ['a: (sensitive) → (sensitive)'],
  ],
  [
    'a secret to something not known yet',
    { before: { a: 'hush-1' }, after: {}, after_unknown: { a: true }, before_sensitive: { a: true } },
    ['a: (sensitive) → (sensitive)'],
  ],
]

it.each(rows)('%s', (_, change, lines) => {
  expect(printed(change)).toEqual(lines)
})

/** A value of Terraform's, with the same shape that says what in it is sensitive, or not known yet. */
type Marked = { readonly value: unknown; readonly hidden: unknown; readonly unknown: unknown }

const key = fc.constantFrom('a', 'name', 'value', '0', 'constructor', '__proto__')
const leaf = fc.constantFrom(null, 'x', 1, true, '[1]', '{"a":1}')
const { marked } = fc.letrec<{ marked: Marked }>(tie => ({
  marked: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf.map(value => ({ value, hidden: false, unknown: false })),
    fc
      .constantFrom('HUSH', { name: 'HUSH', value: 'HUSH' }, { s: 'HUSH' }, ['HUSH'], '{"a":"HUSH"}')
      .map(value => ({ value, hidden: true, unknown: false })),
    fc.constant({ value: undefined, hidden: false, unknown: true }),
    fc.array(tie('marked') as fc.Arbitrary<Marked>, { maxLength: 3 }).map(all => ({
      value: all.map(one => one.value ?? null),
      hidden: all.map(one => one.hidden),
      unknown: all.map(one => one.unknown),
    })),
    fc.dictionary(key, tie('marked') as fc.Arbitrary<Marked>, { maxKeys: 3 }).map(all => {
      const part = (name: keyof Marked) =>
        Object.fromEntries(
          Object.entries(all).flatMap(([at, one]) => (one[name] === undefined ? [] : [[at, one[name]]])),
        )
      return { value: part('value'), hidden: part('hidden'), unknown: part('unknown') }
    }),
  ),
}))

it('prints no secret, wherever it is and whatever takes its place', () => {
  let secrets = 0
  const property = fc.property(
    marked as fc.Arbitrary<Marked>,
    marked as fc.Arbitrary<Marked>,
    (one, other) => {
      const lines = attributeChanges({
        before: { attribute: one.value },
        after: { attribute: other.value },
        after_unknown: { attribute: other.unknown },
        before_sensitive: { attribute: one.hidden },
        after_sensitive: { attribute: other.hidden },
      })
      if (JSON.stringify([one.value, other.value]).includes('HUSH')) secrets++
      expect(JSON.stringify(lines)).not.toContain('HUSH')
      for (const line of lines) expect(Object.values(line).every(part => typeof part === 'string')).toBe(true)
    },
  )
  fc.assert(property, { numRuns: 2_000 })
  expect(secrets).toBeGreaterThan(500)
})
