import { expect } from 'vitest'
import { readObject } from '../support/releases.ts'
import { type Facts, serviceOf } from './model.ts'
import type { Scene } from './scene.ts'
import { readState, type State } from './state.ts'

/** The values seen so far of things that must never change. */
export type Seen = { state: State; facts: Facts }

/** Reads the facts from the stores. */
export async function observe(scene: Scene): Promise<Seen> {
  const state = await readState(scene)
  const facts: Record<string, string> = {}
  const format = '--format=%(refname:strip=2) %(*objectname)'
  const tags = await scene.git(['for-each-ref', format, 'refs/tags'], scene.remote)
  for (const line of tags.split('\n')) facts[`tag ${line.split(' ')[0]}`] = line.split(' ')[1] ?? ''
  for (const key of Object.keys(state)) {
    const [, yanked, tag] = /^object releases\/(yanked\/)?([^/]+)\.json$/.exec(key) ?? []
    if (tag !== undefined) facts[`${yanked === undefined ? 'record' : 'yank'} ${tag}`] = 'yes'
  }
  for (const [name, pin] of await readPins(scene)) facts[name] = pin.tag
  return { state, facts }
}

type Pin = { tag: string; digest?: string; sha256?: string }

async function readPins(scene: Scene): Promise<[string, Pin][]> {
  const listed = await scene.git(['ls-tree', '-r', '--name-only', 'main', 'cdktf/pins/'], scene.remote)
  return await Promise.all(
    listed.split('\n').map(async (path): Promise<[string, Pin]> => {
      const [, environment, service] = /([^/]+)\/([^/]+)\.json$/.exec(path) ?? []
      return [
        `pin ${environment} ${service}`,
        JSON.parse(await scene.git(['show', `main:${path}`], scene.remote)),
      ]
    }),
  )
}

// Names whose content must never change, byte for byte: released artifacts, records, tags, yank markers.
const unchanging = /^(object releases\/|image [^:]+:service-|remote refs\/tags\/)/

/** Checks the invariants, whatever the commands printed. */
export async function expectInvariants(scene: Scene, before: Seen, now: Seen): Promise<void> {
  const kept = Object.entries(before.state).filter(([key]) => unchanging.test(key))
  expect(kept.filter(([key, value]) => now.state[key] !== value)).toEqual([])
  const records = Object.keys(now.facts).filter(fact => fact.startsWith('record '))
  for (const fact of records) await expectAgreement(scene, now, fact.slice('record '.length))
  for (const [name, pin] of await readPins(scene)) {
    expect(now.facts, `${name} names a release`).toHaveProperty([`record ${pin.tag}`])
    expect(pin.digest ?? `sha256:${pin.sha256}`).toBe(await recordedDigest(scene, pin.tag))
    // A pinned release may have been yanked since, but a yanked one must not be pinned.
    if (before.facts[name] !== pin.tag) expect(before.facts).not.toHaveProperty([`yank ${pin.tag}`])
  }
}

async function expectAgreement(scene: Scene, { state, facts }: Seen, tag: string): Promise<void> {
  expect(state[`object releases/${tag}.json`]).toMatch(/^1 version,/)
  const record = await readRecord(scene, tag)
  expect(record.commit).toBe(facts[`tag ${tag}`])
  const image = state[`image ${serviceOf(tag)}-image:${tag}`]
  const zip = /, ([0-9a-f]{64}),/.exec(state[`object releases/${tag}.zip`] ?? '')?.[1]
  expect(image ?? `sha256:${zip}`).toBe(await recordedDigest(scene, tag))
}

async function readRecord(scene: Scene, tag: string) {
  return JSON.parse(String((await readObject(scene, `releases/${tag}.json`))?.bytes))
}

async function recordedDigest(scene: Scene, tag: string): Promise<string> {
  const { artifact } = await readRecord(scene, tag)
  return artifact.digest ?? `sha256:${artifact.sha256}`
}
