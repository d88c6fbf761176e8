import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DeleteObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import { expect, it } from 'vitest'
import { clientsFor } from '../../../emulator/clients.ts'
import { writes } from '../../../support/releases.ts'
import { bucket, makeWorld, zipService } from '../../../support/world.ts'

type Built = { builds: { sourceCommit: string; result: string }[] }

/** A service whose inputs its own file names, and a library that it begins to use. */
async function listingWorld(
  command = 'echo . >>"$HOME/ran" && cat services/service-b/deps.txt',
  others: Record<string, string> = {},
) {
  const world = await makeWorld({
    repositories: [],
    files: {
      ...zipService('service-b', { inputs: { command } }),
      'services/service-b/deps.txt': 'services/service-b\n',
      'lib/mail.txt': '1',
      'README.md': '1',
      '.gitignore': 'dist\n',
      ...others,
    },
  })
  world.emulator.clearRequests()
  const source = async (options = {}) => (await world.json<Built>('build', options)).builds[0]
  return { world, source, head: () => world.git(['rev-parse', 'HEAD']) }
}

it('decide the source commit; the command runs once for each commit, and never to release', async () => {
  const { world, source, head } = await listingWorld()
  const first = await head()
  expect(await source({ DRY_RUN: '1' })).toMatchObject({ sourceCommit: first, result: 'would be created' })
  expect(writes(world.emulator)).toEqual([])
  expect(await source()).toMatchObject({ sourceCommit: first, result: 'created' })

  // Neither the docs nor a library that it does not use makes a build; an own resource, as a pin, has the list of the commit before.
  await world.commit({ 'lib/mail.txt': '2' })
  await world.commit({ 'README.md': '2' })
  expect(await source()).toMatchObject({ sourceCommit: first, result: 'already done' })
  world.emulator.clearRequests()
  await world.commit({ 'services/service-b/queue.tf': '' })
  expect(await source()).toMatchObject({ sourceCommit: first, result: 'already done' })
  expect(writes(world.emulator)).toEqual([])

  const uses = await world.commit({ 'services/service-b/deps.txt': 'services/service-b\nlib/mail.txt\n' })
  expect(await source()).toMatchObject({ sourceCommit: uses, result: 'created' })
  const changed = await world.commit({ 'lib/mail.txt': '3' })
  const early = await world.waybill('release', { SERVICE: 'service-b', VERSION: '1.0.0' })
  expect(early).toMatchObject({ code: 4, stderr: expect.stringContaining('is not known') })
  expect(await source()).toMatchObject({ sourceCommit: changed, result: 'created' })

  const runs = () => readFile(join(world.folder, 'ran'), 'utf8')
  const before = await runs()
  expect(await world.waybill('release', { SERVICE: 'service-b', VERSION: '1.0.0' })).toMatchObject({
    code: 0,
  })
  const promoted = await world.json<{ releases: object[] }>('promote', { TAG: 'service-b-v1.0.0' })
  expect(promoted.releases).toMatchObject([{ commit: changed, sourceCommit: changed }])
  const { s3 } = clientsFor(world.emulator)
  const inputs = { Bucket: bucket, Prefix: 'builds/inputs/' }
  const { Contents: lists = [] } = await s3.send(new ListObjectsV2Command(inputs))
  expect(lists).toHaveLength(4)
  // Lists expire with the builds; of what was released, the record still knows the source commit.
  for (const { Key } of lists) await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key }))
  expect(await world.waybill('reconcile', { DRY_RUN: '1' })).toMatchObject({ code: 0, stderr: '' })
  expect(await runs()).toBe(before)
})

it.each([
  ['fails', 'echo lib && false', 2, 'inputs.command of service-b failed'],
  ['prints nothing', 'true', 2, 'it printed nothing'],
  ['prints another place', 'pwd', 2, 'not paths from the root of the repository'],
  ['changes the work tree', 'echo x >README.md && echo lib', 3, 'inputs.command of service-b changed'],
])(
  'a command that %s lists nothing; the service is named, and others are built',
  async (_, command, code, message) => {
    const { world, head } = await listingWorld(command, zipService('service-d'))
    const outcome = await world.waybill('build')
    expect(outcome).toMatchObject({ code, stderr: expect.stringContaining(message) })
    expect(writes(world.emulator)).toEqual([`PutObject ${bucket}/builds/service-d-${await head()}.zip`])
  },
)

it('are listed in a clean work tree alone', async () => {
  const { world } = await listingWorld()
  await world.git(['rm', '--quiet', 'README.md'])
  const outcome = await world.waybill('build')
  expect(outcome).toMatchObject({ code: 3, stderr: expect.stringContaining('README.md') })
})
