import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { bounded } from '../../../../scripts/aws/io/bounded.ts'
import { pushTag, storeZip } from '../../../support/releases.ts'
import { makeWorld } from '../../../support/world.ts'

describe('a body', () => {
  const limits = { bytes: 10, ms: 10_000 }

  it('passes within its limits', async () => {
    expect(String(await buffer(bounded(Readable.from(['01234', '56789']), limits)))).toBe('0123456789')
  })

  it('fails when it is larger', async () => {
    const body = Readable.from(['01234', '567890'])
    await expect(buffer(bounded(body, limits))).rejects.toThrow('larger than')
    expect(body.destroyed).toBe(true)
  })

  it('fails when it does not end in time', async () => {
    const body = new Readable({ read() {} })
    await expect(buffer(bounded(body, { ...limits, ms: 20 }))).rejects.toMatchObject({ name: 'TimeoutError' })
    expect(body.destroyed).toBe(true)
  })

  it('passes on that it was cut', async () => {
    const body = new Readable({ read: () => void body.destroy(new Error('cut')) })
    await expect(buffer(bounded(body, limits))).rejects.toThrow('cut')
  })
})

describe.concurrent('an answer of AWS that never ends ends a command', () => {
  // An object's body, JSON and XML are read in three ways.
  it.for([
    ['GetObject', 'drip'],
    ['GetObject', 'endless'],
    ['GetCallerIdentity', 'drip'],
  ] as const)('at %s: %s', async ([operation, kind], { onTestFinished }) => {
    const world = await makeWorld({ onFinished: onTestFinished })
    const commit = await world.git(['rev-parse', 'HEAD'])
    await storeZip(world, 'service-b', commit)
    await pushTag(world, 'service-b-v1.0.0', commit)
    world.emulator.inject({ operation, kind })
    const limits = { AWS_MAX_ATTEMPTS: '1', WAYBILL_TIMEOUT_MS: '500' }
    const command = operation === 'GetCallerIdentity' ? 'doctor' : 'promote'
    const options: Record<string, string> = command === 'promote' ? { TAG: 'service-b-v1.0.0' } : {}
    const { code, stdout, stderr } = await world.waybill(command, { ...limits, ...options })
    expect({ code, said: stdout + stderr }).toMatchObject({
      code: 6,
      said: expect.stringMatching(/has not ended after 2 s|larger than 256 MB/),
    })
  })
})
