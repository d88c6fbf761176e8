import { isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { Outcome } from '../support/run.ts'
import { sample } from '../support/sample.ts'
import { type Effect, effects, expectedCodes, type Kind, type Lasting } from './expected.ts'
import { runIn } from './process.ts'
import { type Asked, at, prepare, type Recording, show } from './recording.ts'
import { promotions } from './scenarios.ts'
import type { Template } from './scene.ts'
import { expectBetween, readState } from './state.ts'

type FaultCase = { recording: Recording; asked: Asked; kind: Kind; lasting: Lasting; name: string }
type Mode = { kind: Kind; lasting: Lasting }

const modes: readonly Mode[] = (Object.keys(effects) as Kind[]).flatMap(kind => [
  { kind, lasting: 'once' },
  { kind, lasting: 'for ever' },
])

/** Makes every request of every command fail in every way, then runs the command again. */
export function describeFaults(template: Template, recordings: readonly Recording[]): void {
  const each = recordings.flatMap(recording => distinct(recording.asked).map(asked => ({ recording, asked })))
  // A write that two commands share fails in one of them. Reads fail in promotions and, elsewhere, once per new kind of
  // operation, since commands share the code of their reads.
  const asReads = each.filter(({ asked }) => !asked.write)
  const inPromotions = distinct(
    asReads.filter(({ recording }) => promotions.includes(recording.scenario)).map(({ asked }) => asked),
  )
  const known = new Set(inPromotions.map(({ operation }) => operation))
  const others = asReads.map(({ asked }) => asked).filter(({ operation }) => !known.has(operation))
  const reads = new Set([...inPromotions, ...distinct(others)])
  const writes = new Set(distinct(each.map(({ asked }) => asked).filter(({ write }) => write)))
  const rows = each.filter(({ asked }) => writes.has(asked) || reads.has(asked))
  const all = rows.flatMap(({ recording, asked }) => casesOf(recording, asked))
  const chosen = sample('fault matrix', all, spread(rows), atSomeWrites(oneOfEach(rows)))
  describe.concurrent('with a fault', () => {
    it.for(chosen.map(one => [one.name, one] as const))('%s', async ([, one], context) => {
      await survives(template, one, context.onTestFinished)
    })
  })
}

/** One request of each operation on each kind of resource; one tag stands for all. */
function distinct(asked: readonly Asked[]): Asked[] {
  const shape = ({ operation, resource }: Asked) =>
    `${operation} ${resource.replace(/[0-9a-f]{40}/g, '…').replace(/-v\d+\.\d+\.\d+/g, '-v…')}`
  return [...new Map(asked.toReversed().map(one => [shape(one), one])).values()].toReversed()
}

function casesOf(recording: Recording, asked: Asked): FaultCase[] {
  return modes
    .filter(({ kind, lasting }) => lasting === 'for ever' || teachesOnce(asked, kind))
    .filter(({ kind }) => kind !== 'conflict-409' || isConditional(asked))
    .filter(({ kind }) => kind !== 'access-denied' || !mayBeDenied(recording, asked))
    .map(({ kind, lasting }) => {
      const name = `${recording.scenario.name}: ${kind} ${lasting} at ${show(asked)}`
      return { recording, asked, kind, lasting, name }
    })
}

// The rest would show nothing new: the SDK retries a single failure (except a conflict, which Waybill retries), and a
// refusal is not retried, so a passing one looks like a permanent one.
function teachesOnce({ write }: Asked, kind: Kind): boolean {
  const effect: Effect = effects[kind]
  if (effect === 'mangled' || effect === 'claimed') return true
  return write && (effect === 'lost' || kind === 'conflict-409' || kind === 'error503')
}

/** A read leaves nothing behind, so each fails in one way; what can be lost is at the writes. */
function atSomeWrites(isChosen: (one: FaultCase) => boolean) {
  return (one: FaultCase, index: number) => one.asked.write && isChosen(one) && index % 4 === 0
}

/** Every operation with one fault of each effect, in turn, both once and permanently. */
function oneOfEach(rows: readonly { asked: Asked }[]): (one: FaultCase) => boolean {
  const byEffect = Object.values(Object.groupBy(Object.keys(effects) as Kind[], kind => effects[kind]))
  const once = distinct(rows.map(({ asked }) => asked))
  const turns = new Map(once.map((asked, row) => [asked, byEffect.map(kinds => kinds[row % kinds.length])]))
  return ({ asked, kind }) => kind === 'conflict-409' || (turns.get(asked)?.includes(kind) ?? false)
}

// A ledger in another account is read by whoever may; trace says where it may not, and goes on.
function mayBeDenied({ scenario }: Recording, { resource }: Asked): boolean {
  return scenario.name === 'trace' && resource.startsWith('waybill-ledger-')
}

// Every write to S3 is conditional here; ECR has no conditional writes.
function isConditional({ operation }: Asked): boolean {
  return operation === 'PutObject' || operation === 'CopyObject'
}

/**
 * A diagonal through operations and faults: every operation fails somehow, and every fault hits something, both once and
 * permanently. A request that two commands share fails in one of them.
 */
function spread(rows: readonly { asked: Asked }[]): (one: FaultCase) => boolean {
  const kinds = Object.keys(effects) as Kind[]
  const stride = 5
  const once = distinct(rows.map(({ asked }) => asked))
  const kindOf = new Map(once.map((asked, row) => [asked, kinds[(row * stride) % kinds.length]]))
  const conditional = once.find(isConditional)
  return ({ asked, kind }) => kindOf.get(asked) === kind || (kind === 'conflict-409' && asked === conditional)
}

async function survives(
  template: Template,
  { recording, asked, kind, lasting }: FaultCase,
  onFinished: Parameters<typeof prepare>[2],
): Promise<void> {
  const { scenario, before, after, answer } = recording
  const scene = await prepare(template, scenario, onFinished)
  const clearFault = scene.emulator.inject({
    ...at(asked),
    kind,
    ...(lasting === 'once' ? { times: 1 } : {}),
  })
  const env = { AWS_MAX_ATTEMPTS: '2', ...(kind.startsWith('timeout') ? { WAYBILL_TIMEOUT_MS: '1500' } : {}) }
  const outcome = await runIn(scene, scenario.command, { ...scenario.options, JSON: '1' }, { env })
  expect(scene.emulator.requests().some(({ fault }) => fault === kind)).toBe(true)
  expect(expectedCodes(kind, lasting, asked.write), outcome.stderr).toContain(outcome.code)

  clearFault()
  const now = await readState(scene)
  if (outcome.code === 0) {
    expect(now).toEqual(after)
    expect(comparable(outcome)).toEqual(comparable({ stdout: JSON.stringify(answer) }))
    return
  }
  expectBetween(now, before, after)
  expectExplained(outcome)
  // A read that failed before any write leaves the scene that the recording started with.
  if (!asked.write && isDeepStrictEqual(now, before)) return
  expect(await runIn(scene, scenario.command, scenario.options)).toMatchObject({ code: 0, stderr: '' })
  expect(await readState(scene)).toEqual(after)
}

// After a lost answer the run cannot know whether it created or found something; the order of findings is random.
function comparable({ stdout }: Pick<Outcome, 'stdout'>): unknown {
  return JSON.parse(stdout, (key, value) => {
    if (key === 'result' || key === 'at') return undefined
    return key === 'findings' ? value.toSorted((a: object, b: object) => (text(a) < text(b) ? -1 : 1)) : value
  })
}

const text = (value: object) => JSON.stringify(value)

function expectExplained({ code, stdout, stderr }: Outcome): void {
  expect(stderr).toMatch(/^✖ \S/m)
  expect(stderr).toMatch(/^ {2}cause {2}\S|^ {4}\S/m)
  expect(stderr).toMatch(/^ {2}remedy \S/m)
  expect(JSON.parse(stdout)).toMatchObject({ error: { exitCode: code } })
}
