import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { type AnswerLimits, boundAnswers, bounded } from '../../../../scripts/aws/io/bounded.ts'
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

describe('an answer', () => {
  /** The body that a client whose answers are bounded hands on. */
  async function handedOn(body: Readable, length: string | undefined, limits: AnswerLimits, method = 'GET') {
    type Next = (args: object) => Promise<{ response: { body: Readable } }>
    let wrapped: Next | undefined
    const add = (middleware: (next: Next) => Next) => {
      const headers = length === undefined ? {} : { 'content-length': length }
      wrapped = middleware(async () => ({ response: { body, headers } }))
    }
    boundAnswers({ middlewareStack: { add } }, limits)
    return (await wrapped?.({ request: { method } }))?.response.body as Readable
  }

  it.each([
    ['within the limit, whose length is announced', '5', true],
    ['of an unknown length', undefined, false],
  ])('%s: its body is passed on as it is: %s', async (_, length, isSame) => {
    const body = Readable.from(['01234'])
    const handed = await handedOn(body, length, { bytes: 10, ms: 10_000 })
    expect(handed === body).toBe(isSame)
    expect(String(await buffer(handed))).toBe('01234')
  })

  it('that does not bring in time what it announced fails', async () => {
    const body = new Readable({ read() {} })
    const handed = await handedOn(body, '5', { bytes: 10, ms: 20 })
    await expect(buffer(handed)).rejects.toMatchObject({ name: 'TimeoutError' })
  })

  it('that announces too much fails as soon as it brings that', async () => {
    const handed = await handedOn(Readable.from(['01234567890']), '11', { bytes: 10, ms: 10_000 })
    await expect(buffer(handed)).rejects.toThrow('larger than')
  })

  it('to HEAD has no body, whatever it announces', async () => {
    const body = Readable.from([])
    expect(await handedOn(body, '11', { bytes: 10, ms: 10_000 }, 'HEAD')).toBe(body)
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
    // Long enough that no drip comes too late, however busy the machine is.
    const limits = { AWS_MAX_ATTEMPTS: '1', WAYBILL_TIMEOUT_MS: '2000' }
    const command = operation === 'GetCallerIdentity' ? 'doctor' : 'promote'
    const options: Record<string, string> = command === 'promote' ? { TAG: 'service-b-v1.0.0' } : {}
    const { code, stdout, stderr } = await world.waybill(command, { ...limits, ...options })
    expect({ code, said: stdout + stderr }).toMatchObject({
      code: 6,
      said: expect.stringMatching(/has not ended after 8 s|larger than 256 MB/),
    })
  })
})
