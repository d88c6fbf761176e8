import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { installDocker } from '../../../docker/install.ts'
import { sampleImage, sha256 } from '../../../emulator/sample-image.ts'
import { readImage, writes } from '../../../support/releases.ts'
import { imageService, makeWorld } from '../../../support/world.ts'

const hasSkopeo = await promisify(execFile)('skopeo', ['--version']).then(
  () => true,
  () => false,
)
const push = 'docker buildx build --push --provenance=false --platform "$PLATFORMS" --tag "$IMAGE" .'

const tell = 'echo "$REGISTRY $REPOSITORY $TAG"'

/** A world whose service pushes its own image; docker's stand-in is a program that its command calls. */
async function pushingWorld(command: string, more: Record<string, unknown> = {}) {
  const build = { command, pushes: true, ...more }
  const world = await makeWorld({
    files: imageService('service-a', { kind: 'lambda-image', build }),
    repositories: ['service-a-image'],
  })
  const bin = join(world.folder, 'bin')
  await installDocker(bin)
  const env = { PATH: `${bin}${delimiter}${world.env.PATH}` }
  const commit = await world.git(['rev-parse', 'HEAD'])
  return { world, commit, build: (extra = {}) => world.waybill('build', {}, { env: { ...env, ...extra } }) }
}

it('is stored under the commit name by the command, which is signed in to the registry and runs once', async () => {
  const { world, commit, build } = await pushingWorld(`${tell} >"$HOME/told" && ${push}`)
  // Docker is a program of the command here: that no engine runs is none of Waybill's business.
  expect(await build()).toMatchObject({ code: 0, stderr: '' })
  const stored = await readImage(world, 'service-a-image', commit)
  expect(JSON.parse(stored?.manifest ?? '{}')).toMatchObject({ layers: expect.any(Array) })
  const told = await readFile(join(world.folder, 'told'), 'utf8')
  expect(told).toBe(`${new URL(world.emulator.url).host} service-a-image ${commit}\n`)

  world.emulator.clearRequests()
  const again = await world.json<{ builds: { result: string; digest: string }[] }>('build')
  expect(again.builds).toMatchObject([{ result: 'already done', digest: stored?.digest }])
  expect(writes(world.emulator)).toEqual([])
})

it('of a command that pushes elsewhere is a failure that says where to', async () => {
  const { build } = await pushingWorld(push.replace('$IMAGE', '$REGISTRY/$REPOSITORY:latest'))
  expect(await build()).toMatchObject({
    code: 6,
    stderr: expect.stringContaining('Let build.command push to "$IMAGE", tag and all.'),
  })
})

it('for another platform, or an index for a Lambda, is refused, and again when it is found stored', async () => {
  const other = push.replace('"$PLATFORMS"', 'linux/arm64')
  const { world, build } = await pushingWorld(other)
  for (const time of ['pushed', 'stored'])
    expect(await build(), time).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('it is for linux/arm64, but build.platforms names linux/amd64'),
    })
  const attested = push.replace('=false', '=true')
  const own = { kind: 'lambda-image', build: { command: attested, pushes: true } }
  await world.commit(imageService('service-a', own))
  expect(await build()).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('it is an index, which lambda-image does not take'),
  })
})

it('that another run pushed in the meantime stays, and this run succeeds', async () => {
  const { world, commit, build } = await pushingWorld(`touch "$HOME/began" && ${push}`)
  const other = sampleImage('pushed by another run')
  world.emulator.inject({
    operation: ({ operation, path }) => operation === 'registry:PutManifest' && path.endsWith(commit),
    kind: 'delay',
    times: 1,
    action: async () => void (await world.storeImage('service-a', commit, other)),
  })
  expect((await build()).code).toBe(0)
  expect((await readImage(world, 'service-a-image', commit))?.digest).toBe(other.digest)
})

it('fails when the command has changed an input', async () => {
  const { build } = await pushingWorld(`${push} && echo changed >main.txt`)
  expect(await build()).toMatchObject({ code: 3, stderr: expect.stringContaining('main.txt') })
})

it.skipIf(!hasSkopeo)(
  'may come from any program that reads a configuration of docker, beside sign-ins of the user',
  async () => {
    const copy =
      'skopeo --insecure-policy --tmpdir "$HOME" copy --quiet --preserve-digests --dest-tls-verify=false "dir:$HOME/image" "docker://$IMAGE"'
    const { world, commit, build } = await pushingWorld(
      `cp "$DOCKER_CONFIG/config.json" "$HOME/seen.json" && ${copy}`,
    )
    const { manifest, digest, blobs } = sampleImage('copied')
    const names = blobs.map(blob => sha256(blob).replace('sha256:', ''))
    const files = blobs.map((blob, index) => [`image/${names[index]}`, blob] as const)
    await mkdir(join(world.folder, 'image'))
    for (const [path, bytes] of [...files, ['image/manifest.json', manifest] as const])
      await writeFile(join(world.folder, path), bytes)
    await writeFile(join(world.folder, 'image/version'), 'Directory Transport Version: 1.1\n')
    await writeFile(join(world.folder, 'config.json'), '{"auths":{"registry.acme.com":{"auth":"YTpi"}}}')
    expect(await build({ DOCKER_CONFIG: world.folder })).toMatchObject({ code: 0, stderr: '' })
    expect((await readImage(world, 'service-a-image', commit))?.digest).toBe(digest)
    const { auths } = JSON.parse(await readFile(join(world.folder, 'seen.json'), 'utf8'))
    expect(Object.keys(auths).toSorted()).toEqual(
      ['registry.acme.com', new URL(world.emulator.url).host].toSorted(),
    )
  },
)
