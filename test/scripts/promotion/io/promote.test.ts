import { randomBytes } from 'node:crypto'
import { DeleteObjectCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3'
import { describe, expect, it } from 'vitest'
import { clientsFor } from '../../../emulator/clients.ts'
import type { Fault, FaultKind } from '../../../emulator/emulator.ts'
import {
  mediaTypes,
  pushBlob,
  pushImage,
  type SampleImage,
  sampleImage,
  sampleIndex,
  sha256,
} from '../../../emulator/sample-image.ts'
import { remoteState, tagsOf } from '../../../support/clones.ts'
import {
  bodyBytes,
  imageRecord,
  operations,
  pushTag,
  putObject,
  readImage,
  readObject,
  storeZip,
  writes,
} from '../../../support/releases.ts'
import {
  bucket,
  environmentsJson,
  imageService,
  makeWorld,
  type World,
  zipService,
} from '../../../support/world.ts'

type Context = { onTestFinished: (clean: () => Promise<void>) => void }
const megabyte = 1024 ** 2

async function worldAt({ onTestFinished }: Context, options: Parameters<typeof makeWorld>[0] = {}) {
  const world = await makeWorld({ onFinished: onTestFinished, ...options })
  return { world, commit: await world.git(['rev-parse', 'HEAD']) }
}

/** A world with a built image and its tag. */
async function imageWorld(context: Context) {
  const { world, commit } = await worldAt(context)
  const tagObject = await pushTag(world, 'service-a-v1.0.0', commit)
  const image = await world.storeImage('service-a', commit)
  return { world, commit, tagObject, image }
}

/** A world with a built zip and its tag. */
async function zipWorld(context: Context, bytes?: Uint8Array) {
  const { world, commit } = await worldAt(context)
  await pushTag(world, 'service-b-v1.0.0', commit)
  const checksum = await storeZip(world, 'service-b', commit, bytes)
  return { world, commit, checksum }
}

function promote(world: World, tag: string, more: Record<string, string> = {}) {
  world.emulator.clearRequests()
  return world.waybill('promote', { TAG: tag, ...more })
}

const largeLayer = Buffer.alloc(8 * megabyte, 'layer')

/** Spacing that no program prints, so that a manifest which was parsed and printed again has another digest. */
function oddlySpaced(image: SampleImage): SampleImage {
  const manifest = `\n\t${JSON.stringify(JSON.parse(image.manifest), null, 7)} \r\n`
  return { ...image, manifest, digest: sha256(manifest) }
}

function dockerImage(name: string): SampleImage {
  return sampleImage(name, {
    mediaType: mediaTypes.dockerManifest,
    layers: [
      {
        mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
        digest: sha256(largeLayer),
        size: largeLayer.length,
      },
    ],
  })
}

function indexOf(mediaType: string, children: SampleImage[]): SampleImage {
  const index = sampleIndex(children)
  const manifest = JSON.stringify({ ...JSON.parse(index.manifest), mediaType })
  return oddlySpaced({ ...index, manifest, mediaType })
}

const ociChildren = [sampleImage('amd64'), sampleImage('arm64')]
const dockerChildren = [dockerImage('amd64'), dockerImage('arm64')]

describe.concurrent('an image', () => {
  it.each([
    ['a Docker manifest', oddlySpaced(dockerImage('one')), []],
    ['an OCI manifest', oddlySpaced(sampleImage('one')), []],
    ['an OCI index', indexOf(mediaTypes.ociIndex, ociChildren), ociChildren],
    ['a Docker list', indexOf(mediaTypes.dockerList, dockerChildren), dockerChildren],
  ])('%s keeps its bytes, no layer is moved, and a second run writes nothing', async (_, image, children) => {
    const cleanups: (() => Promise<void>)[] = []
    try {
      const { world, commit } = await worldAt({ onTestFinished: clean => cleanups.unshift(clean) })
      const tagObject = await pushTag(world, 'service-a-v1.0.0', commit)
      const { ecr } = clientsFor(world.emulator)
      await pushBlob(ecr, 'service-a-image', largeLayer)
      for (const child of children) await pushImage(ecr, 'service-a-image', child)
      await pushImage(ecr, 'service-a-image', image, commit)

      const first = await promote(world, 'service-a-v1.0.0')
      expect(first.stderr).toBe('')
      expect(first.code).toBe(0)
      expect(operations(world.emulator, 'ecr')).toEqual(['BatchGetImage', 'PutImage'])
      expect(operations(world.emulator, 's3')).toEqual(['GetObject', 'PutObject', 'PutObject'])
      expect(world.emulator.requests()).toHaveLength(5)
      expect(bodyBytes(world.emulator)).toBeLessThanOrEqual(10_000)
      const { digest, manifest } = image
      expect(await readImage(world, 'service-a-image', 'service-a-v1.0.0')).toEqual({ digest, manifest })
      const record = await readObject(world, 'releases/service-a-v1.0.0.json')
      expect(String(record?.bytes)).toBe(imageRecord('service-a-v1.0.0', { tagObject, commit, digest }))

      const second = await promote(world, 'service-a-v1.0.0')
      expect(second).toMatchObject({ code: 0, stdout: expect.stringContaining('is already released') })
      expect(operations(world.emulator).toSorted()).toEqual(['BatchGetImage', 'GetObject'])
    } finally {
      for (const clean of cleanups) await clean()
    }
  })

  it.for<[FaultKind, number]>([
    ['reset-after', 1],
    ['reset-before', 1],
    ['empty-200', 1],
    ['error-in-200', 1],
    ['cut-body', 1],
    ['throttle', 2],
    ['error500', 2],
  ])('is released once although PutImage ends in %s (%i times)', async ([kind, times], context) => {
    const { world, image } = await imageWorld(context)
    world.emulator.inject({ operation: 'PutImage', kind, times })
    const outcome = await promote(world, 'service-a-v1.0.0', { JSON: '1' })
    if (outcome.code !== 0) {
      // Nothing was applied and no answer came: it says so, and the next run ends it.
      expect(outcome).toMatchObject({ code: 6, stderr: expect.stringContaining('It is safe to run') })
      expect(kind).toBe('error-in-200')
      expect(await readObject(world, 'releases/service-a-v1.0.0.json')).toBeUndefined()
      expect(await promote(world, 'service-a-v1.0.0')).toMatchObject({ code: 0 })
    }
    expect((await readImage(world, 'service-a-image', 'service-a-v1.0.0'))?.digest).toBe(image.digest)
    expect(await readObject(world, 'releases/service-a-v1.0.0.json')).toBeDefined()
  })

  it('has no record while ECR does not answer, ends with 6, and the next run releases it', async context => {
    const { world } = await imageWorld(context)
    const repair = world.emulator.inject({ operation: 'PutImage', kind: 'error500' })
    const failed = await promote(world, 'service-a-v1.0.0')
    expect(failed).toMatchObject({ code: 6, stderr: expect.stringContaining('It is safe to run') })
    expect(writes(world.emulator).filter(write => /^PutObject .*-v1/.test(write))).toEqual([])
    repair()
    expect(await promote(world, 'service-a-v1.0.0')).toMatchObject({ code: 0 })
  })

  it('is refused when its release name has other content, and nothing is written', async context => {
    const { world, commit } = await imageWorld(context)
    const other = await world.storeImage('service-a', 'service-a-v1.0.0', sampleImage('other'))
    const outcome = await promote(world, 'service-a-v1.0.0')
    expect(outcome.code).toBe(3)
    expect(outcome.stderr).toContain('service-a-image:service-a-v1.0.0 exists with other content')
    expect(outcome.stderr).toContain(other.digest)
    expect(outcome.stderr).toContain(`service-a-image:${commit}`)
    expect(writes(world.emulator)).toEqual([])
  })

  it('is refused when another image took the name between the read and the write', async context => {
    const { world } = await imageWorld(context)
    const other = sampleImage('other')
    world.emulator.inject({
      operation: 'PutImage',
      kind: 'delay',
      times: 1,
      action: async () => void (await world.storeImage('service-a', 'service-a-v1.0.0', other)),
    })
    const outcome = await promote(world, 'service-a-v1.0.0')
    expect(outcome).toMatchObject({ code: 3, stderr: expect.stringContaining('exists with other content') })
    expect(await readObject(world, 'releases/service-a-v1.0.0.json')).toBeUndefined()
  })

  it('that is not built: 4, and the message says what builds it', async context => {
    const { world, commit } = await worldAt(context)
    await pushTag(world, 'service-a-v1.0.0', commit)
    const outcome = await promote(world, 'service-a-v1.0.0')
    expect(outcome.code).toBe(4)
    expect(outcome.stderr).toContain(`git checkout ${commit} && make build SERVICE=service-a`)
    expect(writes(world.emulator)).toEqual([])
  })

  it('completes a run that was killed between image and record', async context => {
    const { world, image } = await imageWorld(context)
    await world.storeImage('service-a', 'service-a-v1.0.0', image)
    expect(await promote(world, 'service-a-v1.0.0')).toMatchObject({ code: 0 })
    expect(writes(world.emulator)).toEqual([
      expect.stringContaining('PutObject acme-artifacts/releases/sources/service-a-'),
      'PutObject acme-artifacts/releases/service-a-v1.0.0.json',
    ])
  })
})

describe.concurrent('the record', () => {
  const key = 'releases/service-a-v1.0.0.json'
  const other = 'c'.repeat(40)

  it.for<[string, number, string, (real: Parameters<typeof imageRecord>[1]) => string]>([
    [
      'of another commit',
      3,
      'was already released, but not from this tag',
      real => imageRecord('service-a-v1.0.0', { ...real, commit: other, sourceCommit: other }),
    ],
    [
      'of the tag before it was moved',
      3,
      'was already released, but not from this tag',
      real => imageRecord('service-a-v1.0.0', { ...real, tagObject: other }),
    ],
    [
      'of other content',
      3,
      'was released with different content from what the store holds',
      real => imageRecord('service-a-v1.0.0', { ...real, digest: `sha256:${'0'.repeat(64)}` }),
    ],
    [
      'of another tag',
      2,
      'tag: is service-a-v1.0.1, not service-a-v1.0.0',
      real => imageRecord('service-a-v1.0.1', real),
    ],
    ['that is cut', 2, 'is not JSON', real => imageRecord('service-a-v1.0.0', real).slice(0, 100)],
    ['that is empty', 2, 'is not JSON', () => ''],
    ['that is not a record', 2, 'is not valid', () => '[]'],
    [
      'of a newer Waybill',
      2,
      'was written by a newer Waybill',
      real => imageRecord('service-a-v1.0.0', { ...real, schema: 2 }),
    ],
  ])('%s: %i, and nothing is written', async ([, code, message, text], context) => {
    const { world, commit, tagObject, image } = await imageWorld(context)
    await putObject(world, key, text({ tagObject, commit, digest: image.digest }))
    const outcome = await promote(world, 'service-a-v1.0.0', { JSON: '1' })
    expect(outcome).toMatchObject({ code, stderr: expect.stringContaining(message) })
    expect(JSON.parse(outcome.stdout)).toMatchObject({ error: { exitCode: code } })
    expect(writes(world.emulator)).toEqual([])
  })

  it('outlives the commit-named image, and brings back a release name that was removed', async context => {
    const { world, commit, tagObject, image } = await imageWorld(context)
    await putObject(world, key, imageRecord('service-a-v1.0.0', { tagObject, commit, digest: image.digest }))
    const fixed = await promote(world, 'service-a-v1.0.0')
    expect(fixed).toMatchObject({ code: 0, stderr: '' })
    expect(writes(world.emulator)).toEqual(['PutImage service-a-image:service-a-v1.0.0'])
    expect((await readImage(world, 'service-a-image', 'service-a-v1.0.0'))?.digest).toBe(image.digest)
  })
})

describe.concurrent('a zip', () => {
  const key = 'releases/service-b-v1.0.0.zip'

  it('is copied on the server, with tags that name its release, and a second run writes nothing', async context => {
    const { world, commit, checksum } = await zipWorld(context, randomBytes(6 * megabyte))
    const first = await promote(world, 'service-b-v1.0.0')
    expect(first).toMatchObject({ code: 0, stderr: '' })
    expect(operations(world.emulator).slice(0, 3).toSorted()).toEqual([
      'GetObject',
      'HeadObject',
      'HeadObject',
    ])
    expect(operations(world.emulator).slice(3)).toEqual(['PutObject', 'CopyObject', 'PutObject'])
    expect(bodyBytes(world.emulator)).toBeLessThanOrEqual(10_000)
    const released = await readObject(world, key)
    expect(released?.sha256).toBe(checksum)
    expect(released?.tags).toEqual({
      service: 'service-b',
      'source-commit': commit,
      commit,
      release: 'service-b-v1.0.0',
    })
    const second = await promote(world, 'service-b-v1.0.0')
    expect(second).toMatchObject({ code: 0, stdout: expect.stringContaining('is already released') })
    expect(operations(world.emulator).toSorted()).toEqual(['GetObject', 'HeadObject', 'HeadObject'])
  })

  it('whose build is replaced between the look and the copy is not copied', async context => {
    const { world, commit } = await zipWorld(context)
    await clientsFor(world.emulator).s3.send(
      // Without versions, only the condition on the source keeps out what was not looked at.
      new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Suspended' } }),
    )
    await storeZip(world, 'service-b', commit)
    let replaced = 0
    world.emulator.inject({
      operation: 'CopyObject',
      kind: 'delay',
      action: async () => {
        if (replaced++ === 0) await storeZip(world, 'service-b', commit, randomBytes(100))
      },
    })
    const outcome = await promote(world, 'service-b-v1.0.0')
    expect(outcome).toMatchObject({
      code: 3,
      stderr: expect.stringContaining(`builds/service-b-${commit}.zip was replaced before it was copied`),
    })
    expect(replaced).toBeGreaterThan(0)
    expect(await readObject(world, key)).toBeUndefined()
    expect(await readObject(world, 'releases/service-b-v1.0.0.json')).toBeUndefined()
  })

  it.for<[string, FaultKind, number]>([
    ['CopyObject', 'error-in-200', 1],
    ['CopyObject', 'empty-200', 1],
    ['CopyObject', 'truncated-200', 1],
    ['CopyObject', 'cut-body', 1],
    ['CopyObject', 'reset-after', 1],
    ['CopyObject', 'conflict-409', 2],
    ['PutObject', 'conflict-409', 2],
    ['PutObject', 'reset-after', 1],
    ['PutObject', 'error503', 2],
    ['GetObject', 'cut-body', 1],
  ])('is released once although %s ends in %s (%i times)', async ([operation, kind, times], context) => {
    const { world, checksum } = await zipWorld(context)
    world.emulator.inject({ operation, kind, times })
    const outcome = await promote(world, 'service-b-v1.0.0', { JSON: '1' })
    expect(JSON.parse(outcome.stdout)).toMatchObject({ releases: [{ result: 'created' }] })
    expect((await readObject(world, key))?.sha256).toBe(checksum)
    expect(await readObject(world, 'releases/service-b-v1.0.0.json')).toBeDefined()
  })

  it('is refused when its release name has other content, and nothing is written', async context => {
    const { world } = await zipWorld(context)
    await putObject(world, key, 'other', Buffer.from(sha256('other').slice(7), 'hex').toString('base64'))
    const outcome = await promote(world, 'service-b-v1.0.0')
    expect(outcome).toMatchObject({ code: 3, stderr: expect.stringContaining(`${key} exists with other`) })
    expect(writes(world.emulator)).toEqual([])
  })

  it('is refused when other content took the name between the read and the write', async context => {
    const { world } = await zipWorld(context)
    const fault: Fault = {
      operation: 'CopyObject',
      kind: 'delay',
      times: 1,
      action: () =>
        putObject(world, key, 'other', Buffer.from(sha256('other').slice(7), 'hex').toString('base64')),
    }
    world.emulator.inject(fault)
    const outcome = await promote(world, 'service-b-v1.0.0')
    expect(outcome).toMatchObject({ code: 3, stderr: expect.stringContaining(`${key} exists with other`) })
    expect(await readObject(world, 'releases/service-b-v1.0.0.json')).toBeUndefined()
  })

  it('that has no checksum, or is too large to copy, is refused', async context => {
    const { world, commit } = await worldAt(context)
    await pushTag(world, 'service-b-v1.0.0', commit)
    await putObject(world, `builds/service-b-${commit}.zip`, 'uploaded by hand')
    const outcome = await promote(world, 'service-b-v1.0.0')
    expect(outcome).toMatchObject({ code: 3, stderr: expect.stringContaining('no SHA-256 checksum') })
    expect(writes(world.emulator)).toEqual([])

    const next = await world.commit({ 'services/service-b/main.txt': 'service-b 2\n' })
    await pushTag(world, 'service-b-v2.0.0', next)
    await storeZip(world, 'service-b', next)
    world.emulator.pretendObjectSize('acme-artifacts', `builds/service-b-${next}.zip`, 6 * 1024 ** 3)
    const large = await promote(world, 'service-b-v2.0.0')
    expect(large).toMatchObject({ code: 3, stderr: expect.stringContaining('larger than 5 GB') })
    expect(writes(world.emulator)).toEqual([])
  })

  it('that is not built: 4, and the message says what builds it', async context => {
    const { world, commit } = await worldAt(context)
    await pushTag(world, 'service-b-v1.0.0', commit)
    const outcome = await promote(world, 'service-b-v1.0.0', { JSON: '1' })
    expect(outcome.code).toBe(4)
    expect(outcome.stderr).toContain(`git checkout ${commit} && make build SERVICE=service-b`)
    expect(JSON.parse(outcome.stdout)).toMatchObject({
      error: { exitCode: 4, problem: 'service-b-v1.0.0 has no artifact yet' },
    })
  })
})

describe.concurrent('several tags', () => {
  const files = { ...imageService('service-a'), ...zipService('service-b'), ...zipService('service-c') }

  it('with one conflict are all refused before the first write', async context => {
    const { world, commit } = await worldAt(context, { files })
    for (const tag of ['service-a-v1.0.0', 'service-b-v1.0.0', 'service-c-v1.0.0'])
      await pushTag(world, tag, commit)
    await world.storeImage('service-a', commit)
    await storeZip(world, 'service-b', commit)
    await storeZip(world, 'service-c', commit)
    await putObject(
      world,
      'releases/service-c-v1.0.0.zip',
      'x',
      Buffer.from(sha256('x').slice(7), 'hex').toString('base64'),
    )
    const outcome = await promote(world, 'service-a-v1.0.0,service-b-v1.0.0, service-c-v1.0.0', { JSON: '1' })
    expect(outcome).toMatchObject({ code: 3, stderr: expect.stringContaining('service-c-v1.0.0.zip exists') })
    expect(JSON.parse(outcome.stdout)).toMatchObject({ error: { exitCode: 3 } })
    expect(writes(world.emulator)).toEqual([])

    const dry = await promote(world, 'service-a-v1.0.0,service-b-v1.0.0', { DRY_RUN: '1' })
    expect(dry).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('service-b-v1.0.0 would be released'),
    })
    expect(writes(world.emulator)).toEqual([])

    const both = await promote(world, 'service-a-v1.0.0,service-b-v1.0.0,service-a-v1.0.0', { JSON: '1' })
    expect(both).toMatchObject({ code: 0, stderr: expect.not.stringContaining('✖') })
    expect(JSON.parse(both.stdout).releases).toHaveLength(2)
    expect(writes(world.emulator)).toHaveLength(6)
  })

  it('with DRY_RUN=1 says what it would write, and changes neither stores nor refs', async context => {
    const { world } = await imageWorld(context)
    const before = [await remoteState(world), await tagsOf(world)]
    const outcome = await promote(world, 'service-a-v1.0.0', { DRY_RUN: '1', JSON: '1' })
    expect(JSON.parse(outcome.stdout)).toMatchObject({ releases: [{ result: 'would be created' }] })
    expect(writes(world.emulator)).toEqual([])
    expect([await remoteState(world), await tagsOf(world)]).toEqual(before)
  })
})

it('promotes from a clone that has not fetched yet, even a commit behind many pins, and moves none of its refs', async () => {
  const world = await makeWorld()
  await world.git(['clone', '--quiet', world.remote, 'another'], world.folder)
  const another = `${world.folder}/another`
  const before = await world.git(['for-each-ref', 'refs/heads', 'refs/tags'], another)
  const commit = await world.commit({ 'services/service-a/main.txt': 'service-a 2\n' })
  const tagged = await world.commit({ 'README.md': 'later\n', 'cdktf/pins/staging/service-b.json': '{}' })
  const image = await world.storeImage('service-a', commit)
  await pushTag(world, 'service-a-v1.0.0', tagged)
  await world.commit({ 'services/service-a/main.txt': 'service-a 3\n' })
  const promoted = await world.json('promote', { TAG: 'service-a-v1.0.0' }, { cwd: another })
  expect(promoted).toMatchObject({
    releases: [{ commit: tagged, sourceCommit: commit, digest: image.digest, result: 'created' }],
  })
  expect(await world.git(['for-each-ref', 'refs/heads', 'refs/tags'], another)).toBe(before)
})

describe.concurrent('a second release of a source commit', () => {
  const hex = (base64: string) => `sha256:${Buffer.from(base64, 'base64').toString('hex')}`

  it('with the same build is another name for the same bytes', async context => {
    const { world, commit } = await zipWorld(context)
    expect(await promote(world, 'service-b-v1.0.0')).toMatchObject({ code: 0 })
    await pushTag(world, 'service-b-v1.0.1', commit)
    expect(await promote(world, 'service-b-v1.0.1')).toMatchObject({ code: 0, stderr: '' })
    expect(writes(world.emulator)).toEqual([
      'CopyObject acme-artifacts/releases/service-b-v1.0.1.zip',
      'PutObject acme-artifacts/releases/service-b-v1.0.1.json',
    ])
    expect(await promote(world, 'service-b-v1.0.1')).toMatchObject({ code: 0 })
    expect(writes(world.emulator)).toEqual([])
  })

  it('asks for its digest and its record at once', async context => {
    const { world, commit } = await zipWorld(context)
    expect(await promote(world, 'service-b-v1.0.0')).toMatchObject({ code: 0 })
    await pushTag(world, 'service-b-v1.0.1', commit)
    const asked = Promise.withResolvers<void>()
    const reads = (part: string, action: () => Promise<void>) =>
      world.emulator.inject({
        operation: ({ operation, path }) => operation === 'GetObject' && path.includes(part),
        kind: 'delay',
        times: 1,
        action,
      })
    reads('/releases/sources/', async () => asked.resolve())
    // Were it read first, it would wait until the SDK asks again.
    reads('/releases/service-b-v1.0.1.json', () => asked.promise)
    expect(await promote(world, 'service-b-v1.0.1')).toMatchObject({ code: 0 })
    expect(operations(world.emulator).filter(one => one === 'GetObject')).toHaveLength(2)
  })

  it.for([
    ['its digest was fixed', false],
    ['only a record says so, as earlier versions left it', true],
  ] as const)('whose build was replaced is refused, %s', async ([, isOld], context) => {
    const { world, commit, checksum } = await zipWorld(context)
    expect(await promote(world, 'service-b-v1.0.0')).toMatchObject({ code: 0 })
    const key = `releases/sources/service-b-${commit}.json`
    if (isOld)
      await clientsFor(world.emulator).s3.send(
        new DeleteObjectCommand({ Bucket: 'acme-artifacts', Key: key }),
      )
    const other = await storeZip(world, 'service-b', commit, randomBytes(100))
    // Another commit of the same source.
    const later = await world.commit({ 'README.md': 'x' })
    await pushTag(world, 'service-b-v1.0.1', later)
    for (const options of [{ DRY_RUN: '1' }, {}] as Record<string, string>[]) {
      const outcome = await promote(world, 'service-b-v1.0.1', options)
      expect(outcome).toMatchObject({ code: 3, stderr: expect.stringContaining(hex(checksum)) })
      expect(outcome.stderr).toContain(hex(other))
      expect(outcome.stderr).toContain(isOld ? 'releases/service-b-v1.0.0.json' : key)
      expect(writes(world.emulator)).toEqual([])
    }
    // The first release stays one.
    expect(await promote(world, 'service-b-v1.0.0')).toMatchObject({ code: 0 })
  })

  it('at the same time, of a build replaced meanwhile: one wins, the other is refused and has no record', async context => {
    const { world, commit } = await zipWorld(context)
    await pushTag(world, 'service-b-v1.0.1', commit)
    world.emulator.inject({
      operation: ({ operation, path }) => operation === 'PutObject' && path.includes('/releases/sources/'),
      kind: 'delay',
      times: 1,
      action: async () => {
        await storeZip(world, 'service-b', commit, randomBytes(100))
        expect(await world.waybill('promote', { TAG: 'service-b-v1.0.1' })).toMatchObject({ code: 0 })
      },
    })
    const outcome = await promote(world, 'service-b-v1.0.0')
    expect(outcome).toMatchObject({ code: 3, stderr: expect.stringContaining('releases/sources/service-b-') })
    expect(await readObject(world, 'releases/service-b-v1.0.1.json')).toBeDefined()
    for (const name of ['json', 'zip']) {
      expect(await readObject(world, `releases/service-b-v1.0.0.${name}`)).toBeUndefined()
    }
  })
})

it('refuses to promote an image without a required referrer, and writes nothing', async () => {
  const world = await makeWorld()
  const artifactType = 'application/spdx+json'
  const artifacts = { ...environmentsJson.artifacts, requiredReferrers: [artifactType] }
  const commit = await world.commit({
    'cdktf/environments.json': JSON.stringify({ ...environmentsJson, artifacts }),
  })
  const source = await world.git(['rev-parse', 'HEAD~1'])
  const image = await world.storeImage('service-a', source)
  await world.json('release', { SERVICE: 'a', VERSION: '1.0.0', COMMIT: commit })
  world.emulator.clearRequests()
  const refused = await world.waybill('promote', { TAG: 'service-a-v1.0.0' })
  expect(refused).toMatchObject({
    code: 3,
    stderr: expect.stringContaining(`nothing of type ${artifactType}`),
  })
  expect(world.emulator.requests().filter(({ write }) => write)).toEqual([])

  const subject = { mediaType: mediaTypes.ociManifest, digest: image.digest, size: 1 }
  await pushImage(
    clientsFor(world.emulator).ecr,
    'service-a-image',
    sampleImage('sbom', { artifactType, subject }),
  )
  await world.json('promote', { TAG: 'service-a-v1.0.0' })
})
