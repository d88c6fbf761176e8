import fc from 'fast-check'
import { strToU8, zipSync } from 'fflate'
import { afterEach, expect, it } from 'vitest'
import { makePin, printPin } from '../../../scripts/pin/pin.ts'
import { checkPlan, type PlanBundle, packPlan, unpackPlan } from '../../../scripts/plan/bundle.ts'
import { makeRecord } from '../../../scripts/release/record.ts'
import { commit, digest, sampleRelease, service, tag, userError } from '../samples.ts'

const pin = makePin(makeRecord(sampleRelease('image'), digest('1')))
const target = { service: service('service-a'), environment: 'prod' }
const about = {
  schema: 1 as const,
  ...target,
  pin: printPin(pin),
  head: commit('c'),
  terraform: '1.11.4',
}
const bundle: PlanBundle = {
  about,
  stack: strToU8('{"resource":{}}'),
  own: { 'queue.tf': strToU8('locals {}') },
  plan: Uint8Array.of(80, 75, 3, 4, 0),
}
const packed = packPlan(bundle)

const zone = process.env.TZ
afterEach(() => {
  if (zone === undefined) delete process.env.TZ
  else process.env.TZ = zone
})

it('unpacks what was packed', () => {
  expect(unpackPlan(packed, 'plan.zip')).toEqual(bundle)
})

it('packs the same plan to the same bytes, and so the same SHA-256, in every time zone', () => {
  for (const name of ['UTC', 'Pacific/Kiritimati', 'Pacific/Pago_Pago', 'Asia/Kolkata', 'America/New_York']) {
    process.env.TZ = name
    expect(packPlan(bundle)).toEqual(packed)
  }
})

const files = {
  'about.json': strToU8(JSON.stringify(about)),
  'cdk.tf.json': bundle.stack,
  'terraform.tfplan': bundle.plan,
}
const { 'terraform.tfplan': _, ...withoutPlan } = files

/** A zip whose directory claims a size for each file. */
function claiming(bytes: number): Uint8Array {
  const zip = Buffer.from(zipSync(files))
  for (let at = zip.indexOf('PK\u0001\u0002'); at >= 0; at = zip.indexOf('PK\u0001\u0002', at + 1))
    zip.writeUInt32LE(bytes, at + 24)
  return zip
}

/** A ZIP64 archive that claims to have four billion files. */
function endless(): Uint8Array {
  const zip = Buffer.from(zipSync(files))
  const end = zip.lastIndexOf('PK\u0005\u0006')
  const [large, locator] = [Buffer.alloc(56), Buffer.alloc(20)]
  large.write('PK\u0006\u0006')
  large.writeUInt32LE(0xffffffff, 32)
  large.writeUInt32LE(zip.readUInt32LE(end + 16), 48)
  locator.write('PK\u0006\u0007')
  locator.writeUInt32LE(end, 8)
  return Buffer.concat([zip.subarray(0, end), large, locator, zip.subarray(end)])
}

const hostile: [string, Uint8Array, string][] = [
  ['nothing', new Uint8Array(), 'invalid zip data'],
  ['text', strToU8('no zip at all'), 'invalid zip data'],
  ['an empty zip', zipSync({}), 'a file is missing'],
  ['a zip without the plan', zipSync(withoutPlan), 'a file is missing'],
  ['a zip with an extra file', zipSync({ ...files, 'other.txt': strToU8('') }), 'it contains other files'],
  [
    'a path outside the folder',
    zipSync({ ...files, '../about.json': strToU8('') }),
    'it contains other files',
  ],
  [
    'files in a folder',
    zipSync(Object.fromEntries(Object.entries(files).map(([name, one]) => [`a/${name}`, one]))),
    'it contains other files',
  ],
  [
    'a file that inflates to 65 MB',
    zipSync({ ...files, 'cdk.tf.json': new Uint8Array(65 * 1024 ** 2) }, { level: 1 }),
    'its cdk.tf.json is larger than 64 MB',
  ],
  ['files that claim to have 4 GB', claiming(0xfffffffe), 'its about.json is larger than 64 MB'],
  ['an endless list of files', endless(), 'it contains other files'],
]

it.each(hostile)('refuses %s as a saved plan without unpacking it', (_, bytes, cause) => {
  const error = userError(() => unpackPlan(bytes, 'plan.zip'))
  expect(error).toMatchObject({
    message: 'plan.zip is not a Waybill plan or is truncated',
    cause,
    remedy: 'make plan ENV=… SERVICE=… OUT=<file> saves one.',
    ending: 'badInput',
  })
})

it('refuses a saved plan that is truncated anywhere', () => {
  for (let length = 0; length < packed.length; length++)
    userError(() => unpackPlan(packed.slice(0, length), 'p'))
})

it('reads or refuses a saved plan with a damaged byte, and never crashes', () => {
  const damage = fc.tuple(fc.nat(packed.length - 1), fc.integer({ min: 1, max: 255 }))
  const property = fc.property(fc.array(damage, { minLength: 1, maxLength: 3 }), damages => {
    const bytes = Uint8Array.from(packed)
    for (const [at, bits] of damages) bytes[at] = (bytes[at] ?? 0) ^ bits
    try {
      unpackPlan(bytes, 'p')
    } catch (error) {
      expect(error).toHaveProperty('name', 'UserError')
    }
  })
  fc.assert(property, { numRuns: 500 })
})

it.each([
  ['with a later schema', { schema: 2 }, '  schema: '],
  ['without a valid service', { service: '../x' }, '  service: must be the name of a service'],
  ['without a valid commit', { head: 'main' }, '  head: must be a commit of 40 hexadecimal digits'],
  ['with an unknown field', { more: 1 }, 'more'],
])('refuses a saved plan %s', (_, change, says) => {
  const bytes = packPlan({ ...bundle, about: { ...about, ...change } as typeof about })
  const error = userError(() => unpackPlan(bytes, 'plan.zip'))
  expect(error.message).toContain('about.json of plan.zip is not valid:')
  expect(error.message).toContain(says)
  expect(error.remedy).toContain('make plan')
})

it('accepts a plan for the same target and pin', () => {
  expect(checkPlan(about, target, printPin(pin), pin)).toBeUndefined()
})

it.each([
  ['another environment', { ...target, environment: 'staging' }, 'service-a in staging'],
  ['another service', { ...target, service: service('service-b') }, 'service-b in prod'],
])('refuses a plan for %s', (_, other, name) => {
  const error = userError(() => checkPlan(about, other, printPin(pin), pin))
  expect(error.message).toBe(`the plan is for service-a in prod, not for ${name}`)
  expect(error.ending).toBe('refused')
})

it('refuses a plan if the pin has changed since, and names both releases', () => {
  const next = { ...pin, tag: 'service-a-v1.2.0' }
  expect(tag(next.tag).version).toBe('1.2.0')
  expect(userError(() => checkPlan(about, target, printPin(next), next))).toMatchObject({
    message: 'the pin of service-a in prod has changed since the plan was approved',
    cause: 'the plan is for service-a-v1.1.0, but the remote pins service-a-v1.2.0',
    ending: 'refused',
  })
})

it('does not print a pin without a tag, or control characters in its tag', () => {
  const reasonOf = (text: string) =>
    userError(() => checkPlan({ ...about, pin: text }, target, printPin(pin), pin)).cause
  expect(reasonOf('{}')).toBe('the plan is for another release, but the remote pins service-a-v1.1.0')
  expect(reasonOf('"tag": "\u001b[31mred\u202e"')).toContain('the plan is for [31mred, but')
})
