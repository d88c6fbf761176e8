import { describe, expect, it } from 'vitest'
import { anotherClone } from '../support/clones.ts'
import { readImage, readObject } from '../support/releases.ts'
import type { Outcome } from '../support/run.ts'
import { sample } from '../support/sample.ts'
import { start } from './process.ts'
import { type Hold, holdsAt, interleave } from './races.ts'
import { prepare, type Recording, recordAll, show } from './recording.ts'
import { buildHead, promotions } from './scenarios.ts'
import { makeTemplate, type Scene } from './scene.ts'
import { readState } from './state.ts'

type Race = { recording: Recording; hold: Hold; name: string }
type Moved = Race & { to: 'docs' | 'head' }
type Answer = { releases: { digest: string; result: string; commit: string }[] }

const template = await makeTemplate()
const recordings = await recordAll(template, promotions)
// Two runs that read at the same moment see the same, so only the order of reads matters.
const decides = ({ asked, until }: Hold) => asked.write || until === 'the other has ended'
const races: Race[] = recordings.flatMap(recording =>
  holdsAt(recording.asked)
    .filter(decides)
    .map(hold => {
      const name = `${recording.scenario.name}: held ${hold.when} ${show(hold.asked)} until ${hold.until}`
      return { recording, hold, name }
    }),
)
const moves = races.flatMap(race =>
  (['docs', 'head'] as const).map((to): Moved => {
    const what = to === 'docs' ? 'with the same artifact' : 'with another artifact'
    return { ...race, to, name: `${race.name}; the tag moves to a commit ${what}` }
  }),
)

// The write of the artifact meets the other run's; the write of the record comes after the other run has ended.
const decisive = ({ hold: { asked, when, until } }: Race) =>
  asked.write && when === 'before' && (asked.operation === 'PutObject') === (until === 'the other has ended')
const sampled = sample('races of one version', races, decisive)
const sampledMoves = sample(
  'races of two commits',
  moves,
  ({ hold: { asked, when, until }, to }) =>
    asked.write &&
    until === 'the other has ended' &&
    (asked.operation === 'PutObject'
      ? when === 'before' && to === 'docs'
      : when === 'after' && to === 'head'),
)

const answer = ({ stdout }: Outcome) => (JSON.parse(stdout) as Answer).releases[0]

describe.concurrent('two promotions at once', () => {
  it.for(sampled.map(race => [race.name, race] as const))('%s', async ([, race], context) => {
    const { scenario, after } = race.recording
    const scene = await prepare(template, scenario, context.onTestFinished)
    const options = { ...scenario.options, JSON: '1' }
    const cwd = await anotherClone(scene)
    const outcomes = await interleave(scene, race.hold, {
      first: () => start(scene, scenario.command, options),
      second: async () => start(scene, scenario.command, options, { cwd }),
    })
    const made = successes(scene)
    expect(outcomes.map(({ code }) => code)).toEqual([0, 0])
    expect(await readState(scene)).toEqual(after)
    const [one, two] = outcomes.map(answer)
    expect({ ...one, result: '' }).toEqual({ ...two, result: '' })
    expect([one?.result, two?.result]).toContain('created')
    // Exactly one of them wrote each object.
    expect(made.toSorted()).toEqual(
      race.recording.asked
        .filter(({ write }) => write)
        .map(name)
        .toSorted(),
    )
  })
})

const name = ({ operation, resource }: { operation: string; resource: string }) => `${operation} ${resource}`

function successes({ emulator }: Scene): string[] {
  return emulator
    .requests()
    .filter(({ write, status }) => write && status === 200)
    .map(name)
}

describe.concurrent('a tag that moves during its promotion', () => {
  it.for(sampledMoves.map(race => [race.name, race] as const))('%s', async ([, race], context) => {
    const { recording, hold, to } = race
    const { scenario } = recording
    const scene = await prepare(template, { ...scenario, prepare: buildHead }, context.onTestFinished)
    const tag = scenario.options.TAG ?? ''
    const options = { ...scenario.options, JSON: '1' }
    const commit = scene.template.commits[to]
    const outcomes = await interleave(scene, hold, {
      first: () => start(scene, scenario.command, options),
      second: async () => {
        await scene.git(['tag', '--annotate', '--force', '--message', 'moved', tag, commit], scene.remote)
        const cwd = await anotherClone(scene)
        return start(scene, scenario.command, options, { cwd })
      },
    })
    expect(outcomes.map(({ code }) => code).toSorted(), outcomes.map(({ stderr }) => stderr).join()).toEqual([
      0, 3,
    ])
    const won = outcomes.filter(({ code }) => code === 0).map(answer)[0]
    const record = await readObject(scene, `releases/${tag}.json`)
    const { commit: recorded, artifact } = JSON.parse(String(record?.bytes))
    expect(recorded).toBe(won?.commit)
    expect(await storedDigest(scene, tag)).toBe(won?.digest)
    expect(artifact.digest ?? `sha256:${artifact.sha256}`).toBe(won?.digest)
    const state = await readState(scene)
    expect(state[`object releases/${tag}.json`]).toMatch(/^1 version/)
  })
})

async function storedDigest(scene: Scene, tag: string): Promise<string | undefined> {
  const image = await readImage(scene, 'service-a-image', tag)
  if (image !== undefined) return image.digest
  const zip = await readObject(scene, `releases/${tag}.zip`)
  return zip?.sha256 && `sha256:${Buffer.from(zip.sha256, 'base64').toString('hex')}`
}
