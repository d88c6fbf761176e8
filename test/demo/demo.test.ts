import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { hasTerraform } from '../provider/workspace.ts'
import { everyCase, everything } from '../support/sample.ts'
import {
  expectClean,
  gitThatPushesNoTags,
  makePlace,
  pathWithoutTerraform,
  shallowCheckout,
  start,
  terraformOf,
  writeProgram,
} from './demo-place.ts'

const terraform = await hasTerraform()
const first = ['service-a-v1.0.0', 'service-a-v1.1.0', 'service-b-v1.0.0']
const last = 'service-c-v1.0.0'
// The demo's own limits come first, and leave room for a busy machine.
const longestMs = 480_000

it.runIf(everyCase && terraform)(
  'takes three services from commits to what runs, and leaves nothing behind',
  async () => {
    const place = await makePlace()
    const demo = start(place)
    expect(await demo.ended).toBe(0)
    const [oldA, newA, b, good, bad, c] = expectReleases(demo.output(), [
      ...first,
      'service-b-v1.1.0',
      'service-b-v1.2.0',
      last,
    ])
    const pins = [oldA, newA, b, good, bad, c].map(row => row?.pins)
    expect(pins).toEqual(['prod', 'staging', 'nowhere now', 'prod', 'staging', 'staging'])
    expect(runningIn(demo.output())).toEqual([
      ['staging', 'service-a-v1.1.0', 'service-a-staging:2', newA?.digest, '✔ same'],
      ['staging', 'service-b-v1.2.0', 'STAGING → version 3', bad?.digest, '✔ same'],
      ['staging', 'service-c-v1.0.0', 'STAGING → version 1', c?.digest, '✔ same'],
      ['prod', 'service-a-v1.0.0', 'service-a-prod:1', oldA?.digest, '✔ same'],
      ['prod', 'service-b-v1.1.0', 'PROD → version 2', good?.digest, '✔ same'],
    ])
    expect(demo.output()).toContain('promote, pin, plan, apply, verify\n')
    expect(demo.output()).toContain('2 repositories, 3 roles for CI\n')
    expectApproval(demo.output())
    expectGoneBack(demo.output())
    expectWatched(demo.output())
    expect(demo.output()).toContain('none of them a write')
    expect(tooLong(demo.output())).toEqual([])
    expect(demo.output()).not.toContain('\u001b')
    await expectClean(place)
  },
  longestMs,
)

it.runIf(everything)(
  'says what is missing without Terraform, and still takes three services to pins',
  async () => {
    const place = await makePlace()
    const demo = start(place, { path: await pathWithoutTerraform(place) })
    expect(await demo.ended).toBe(0)
    const [oldA, newA, b, c] = expectReleases(demo.output(), [...first, last])
    expect([oldA, newA, b, c].map(row => row?.pins)).toEqual(['nowhere now', 'staging', 'staging', 'staging'])
    expect(newA?.commit).toBe(newA?.source)
    expect(b?.commit).toBe(b?.source)
    expect(c?.commit).toBe(b?.commit)
    expect(c?.source).not.toBe(c?.commit)
    expect(oldA?.digest).not.toBe(newA?.digest)
    expect(demo.output()).toContain('releases are pinned and not deployed: terraform is not on the')
    expect(demo.output()).toContain('Install Terraform 1.10.0 or newer')
    expect(demo.output()).toContain('built service-a, service-b, service-c\n')
    expect(demo.output()).toContain('find, build (service-a)\n')
    expect(demo.output()).toContain('find, build (service-b)\n')
    expect(demo.output()).toMatch(
      /CI: release service-a-v1\.0\.0\s+promote, pin; no deploy without Terraform/,
    )
    expect(demo.output()).toContain('none of them a write')
    expect(tooLong(demo.output())).toEqual([])
    expect(runningIn(demo.output())).toEqual([])
    await expectClean(place)
  },
  longestMs,
)

it.skipIf(!terraform || !everything)(
  'works in a shallow checkout on a detached HEAD with changes, and Ctrl-C while Terraform runs leaves nothing behind',
  async () => {
    const place = await makePlace()
    const checkout = await shallowCheckout(place)
    const demo = start(place, { checkout })
    await demo.says('pushed service-a-v1.0.0')
    expect(demo.output()).toMatch(/\d+ uncommitted changes? of this checkout (is|are) left out/)
    expect(demo.output()).toContain('this checkout is shallow')
    await expect.poll(() => terraformOf(place), { timeout: longestMs, interval: 20 }).not.toEqual([])
    demo.child.kill('SIGINT')
    expect(await demo.ended).toBe(130)
    expect(demo.output()).toContain('Interrupted')
    await expectClean(place)
  },
  longestMs,
)

it.runIf(everything)(
  'says that Terraform is too old, then what failed and what the program printed, and leaves nothing behind',
  async () => {
    const place = await makePlace()
    const bin = join(place.folder, 'bin')
    await mkdir(bin)
    await writeProgram(bin, 'git', gitThatPushesNoTags(bin))
    await writeProgram(bin, 'terraform', `echo '{ "terraform_version": "1.9.8" }'`)
    const demo = start(place, { path: `${bin}:${place.env.PATH}` })
    expect(await demo.ended).toBe(1)
    expect(demo.output()).toContain('releases are pinned and not deployed: this Terraform is too old: 1.9.8')
    expect(demo.output()).toContain('✖')
    expect(demo.output()).toContain('no space left on the remote')
    await expectClean(place)
  },
  longestMs,
)

/** Fails unless a good release went through its phases, and a bad one was sent back while its share alone saw errors. */
function expectWatched(output: string): void {
  expectInOrder(output, [
    'make deploy ENV=prod SERVICE=service-b',
    'service-b-v1.1.0 is verified after',
    'minute requests to service-b-v1.0.0 to service-b-v1.1.0',
    'make deploy ENV=prod SERVICE=service-b',
    'exit code 5 after',
    'failed, and 0 of',
    'minute requests to service-b-v1.1.0 to service-b-v1.2.0',
    'SIGKILL, while service-b-v1.2.0 has 25 % of the requests',
    'the guardian: service-b in prod: all traffic is back on service-b-v1.1.0: nobody ended it by its deadline',
    'announced: "',
    'rolled back',
    'make pin ENV=prod PREVIOUS=service-b',
  ])
}

/** Fails unless a person approved a deploy to production after seeing its plan. */
function expectApproval(output: string): void {
  const steps = [
    '-f environment=prod -f tag=service-a-v1.1.0',
    'job approval waits for a reviewer of prod-approval',
    'service-a in prod: service-a-v1.0.0 → service-a-v1.1.0; 1 new revision',
    '1 new commit of this service',
    'environment RELEASE: service-a-v1.0.0 → service-a-v1.1.0',
    'alice approves the plan',
    'pin, plan, approval (alice), apply',
  ]
  expectInOrder(output, steps)
}

/** Fails unless production was taken back while git was down, and the rest was done once it was up again. */
function expectGoneBack(output: string): void {
  const again = "make rollback ENV=prod SERVICE=a REASON='wrong price' CONFIRM=a"
  expectInOrder(output, [
    'the git server goes down',
    again,
    'exit code 6: the traffic of service-a in prod is back on service-a-v1.0.0 (service-a-prod:1), but the rest is not done: the remote origin cannot be read',
    'the git server is up again',
    again,
    'already back; service-a-v1.0.0 is pinned and applied, and no traffic was moved',
    'make history ENV=prod SERVICE=a',
    'completed by emulator, wrong price',
    'make resume ENV=prod SERVICE=a',
    'The next deploy moves the traffic of service-a-v1.0.0 from service-a-prod:1 to service-a-prod:3, which is the same release with the same settings.',
  ])
}

/** Fails unless an output has texts one after the other. */
function expectInOrder(output: string, steps: readonly string[]): void {
  // A line may be broken to fit the page.
  const text = output.slice(output.indexOf(steps[0] as string)).replace(/\s+/g, ' ')
  let from = 0
  for (const step of steps) {
    const at = text.indexOf(step, from)
    expect(at, `${step}, after ${text.slice(0, from).slice(-80)}`).not.toBe(-1)
    from = at + step.length
  }
}

/** The lines that do not fit 80 columns. */
function tooLong(output: string): string[] {
  return output.split('\n').filter(line => Array.from(line).length > 80)
}

/** The releases that every end of the story has. */
function expectReleases(output: string, tags: readonly string[]) {
  const lines = output.split('\n').filter(line => /^service-\w+-v\S+ {2}/.test(line))
  const rows = lines.map(line => {
    const [tag, commit, source, digest, pins] = line.split(/ {2,}/)
    return { tag, commit, source, digest, pins }
  })
  expect(rows.map(({ tag }) => tag)).toEqual(tags)
  return rows
}

function runningIn(output: string): string[][] {
  const lines = output.split('\n').filter(line => /^(staging|prod) {2,}service-/.test(line))
  return lines.map(line => line.split(/ {2,}/))
}
