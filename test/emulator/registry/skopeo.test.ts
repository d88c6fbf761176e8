import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import {
  BatchGetImageCommand,
  CreateRepositoryCommand,
  GetAuthorizationTokenCommand,
} from '@aws-sdk/client-ecr'
import { pack } from 'tar-stream'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { clientsFor } from '../clients.ts'
import type { Emulator } from '../emulator.ts'
import { startEmulator } from '../emulator.ts'
import { mediaTypes, sha256 } from '../sample-image.ts'

const run = promisify(execFile)
const hasSkopeo = await run('skopeo', ['--version']).then(
  () => true,
  () => false,
)
if (!hasSkopeo) {
  const message =
    '!!! SKIPPED: the registry API was NOT tested with a client that is not ours, because skopeo is not installed.\n!!! Install it with: apt-get install -y skopeo\n'
  if (process.env.REQUIRE_ALL_TOOLS === '1') throw new Error(message)
  process.stderr.write(message)
}

let emulator: Emulator
let folder: string
let credentials: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'emulator-skopeo-'))
  emulator = await startEmulator()
  const { ecr } = clientsFor(emulator)
  for (const repositoryName of ['app', 'multi']) {
    await ecr.send(new CreateRepositoryCommand({ repositoryName, imageTagMutability: 'IMMUTABLE' }))
  }
  const [data] = (await ecr.send(new GetAuthorizationTokenCommand({}))).authorizationData ?? []
  credentials = Buffer.from(data?.authorizationToken ?? '', 'base64').toString()
})
afterAll(async () => {
  await emulator.close()
  await rm(folder, { recursive: true, force: true })
})

function skopeo(...args: string[]) {
  return run('skopeo', ['--insecure-policy', '--tmpdir', folder, ...args], {
    env: { ...process.env, HOME: folder },
  })
}

function remote(reference: string): string {
  return `docker://${new URL(emulator.url).host}/${reference}`
}

function push(source: string, reference: string, ...flags: string[]) {
  return skopeo(
    'copy',
    ...flags,
    '--dest-tls-verify=false',
    '--dest-creds',
    credentials,
    source,
    remote(reference),
  )
}

function pull(reference: string, destination: string, ...flags: string[]) {
  return skopeo(
    'copy',
    ...flags,
    '--src-tls-verify=false',
    '--src-creds',
    credentials,
    remote(reference),
    destination,
  )
}

async function writeBlob(layout: string, bytes: Buffer): Promise<{ digest: string; size: number }> {
  const digest = sha256(bytes)
  await writeFile(join(layout, 'blobs', 'sha256', digest.slice(7)), bytes)
  return { digest, size: bytes.length }
}

async function writeManifest(
  layout: string,
  architecture: string,
): Promise<{ digest: string; size: number }> {
  const archive = pack()
  archive.entry({ name: 'arch.txt', mtime: new Date(0) }, architecture)
  archive.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of archive) chunks.push(chunk as Buffer)
  const tar = Buffer.concat(chunks)
  const rootfs = { type: 'layers', diff_ids: [sha256(tar)] }
  const config = await writeBlob(
    layout,
    Buffer.from(JSON.stringify({ architecture, os: 'linux', config: {}, rootfs })),
  )
  const layer = await writeBlob(layout, gzipSync(tar))
  const manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
    layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', ...layer }],
  }
  return writeBlob(layout, Buffer.from(JSON.stringify(manifest, null, 2)))
}

/** Writes an OCI layout with one image for each architecture, under an index when there are several. */
async function writeLayout(name: string, architectures: string[]): Promise<{ path: string; digest: string }> {
  const path = join(folder, name)
  await mkdir(join(path, 'blobs', 'sha256'), { recursive: true })
  await writeFile(join(path, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}')
  const manifests = []
  for (const architecture of architectures) {
    const descriptor = await writeManifest(path, architecture)
    manifests.push({
      mediaType: mediaTypes.ociManifest,
      ...descriptor,
      platform: { os: 'linux', architecture },
    })
  }
  const nested = { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests }
  const index = {
    mediaType: mediaTypes.ociIndex,
    ...(await writeBlob(path, Buffer.from(JSON.stringify(nested)))),
  }
  const [only] = manifests
  const top = manifests.length === 1 && only ? only : index
  await writeFile(join(path, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [top] }))
  return { path, digest: top.digest }
}

it.skipIf(!hasSkopeo)('skopeo copies an image in and out with the same digest', async () => {
  const layout = await writeLayout('single', ['amd64'])
  await push(`oci:${layout.path}`, 'app:v1')
  const { stdout } = await skopeo('inspect', '--tls-verify=false', '--creds', credentials, remote('app:v1'))
  expect(JSON.parse(stdout)).toMatchObject({ Digest: layout.digest, RepoTags: ['v1'], Architecture: 'amd64' })
  const out = join(folder, 'single-out')
  await pull('app:v1', `dir:${out}`)
  expect(sha256(await readFile(join(out, 'manifest.json')))).toBe(layout.digest)
  const imageIds = [{ imageTag: 'v1' }]
  const call = new BatchGetImageCommand({
    repositoryName: 'app',
    imageIds,
    acceptedMediaTypes: [mediaTypes.ociManifest],
  })
  const { images } = await clientsFor(emulator).ecr.send(call)
  expect(images?.[0]?.imageId?.imageDigest).toBe(layout.digest)
})

it.skipIf(!hasSkopeo)('skopeo is refused when it overwrites an immutable tag', async () => {
  await push(`oci:${(await writeLayout('first', ['amd64'])).path}`, 'app:fixed')
  const second = await writeLayout('second', ['arm64'])
  const flags = ['--override-arch', 'arm64']
  await expect(
    skopeo(
      ...flags,
      'copy',
      '--dest-tls-verify=false',
      '--dest-creds',
      credentials,
      `oci:${second.path}`,
      remote('app:fixed'),
    ),
  ).rejects.toThrow(/cannot be overwritten because the repository is immutable/)
})

it.skipIf(!hasSkopeo)('skopeo converts an image to Docker v2 and the type is kept', async () => {
  await push(`oci:${(await writeLayout('docker', ['amd64'])).path}`, 'app:docker', '--format', 'v2s2')
  const { stdout } = await skopeo(
    'inspect',
    '--raw',
    '--tls-verify=false',
    '--creds',
    credentials,
    remote('app:docker'),
  )
  expect(JSON.parse(stdout)).toMatchObject({ mediaType: mediaTypes.dockerManifest })
})

it.skipIf(!hasSkopeo)('skopeo copies a multi-arch index with --all', async () => {
  const layout = await writeLayout('multi', ['amd64', 'arm64'])
  await push(`oci:${layout.path}`, 'multi:v1', '--all')
  const out = join(folder, 'multi-out')
  await pull('multi:v1', `oci:${out}`, '--all')
  const { manifests } = JSON.parse(await readFile(join(out, 'index.json'), 'utf8')) as {
    manifests: { digest: string }[]
  }
  expect(manifests[0]?.digest).toBe(layout.digest)
})

it.skipIf(!hasSkopeo)('skopeo is refused with a wrong password', async () => {
  const layout = await writeLayout('refused', ['amd64'])
  const call = skopeo(
    'copy',
    '--dest-tls-verify=false',
    '--dest-creds',
    'AWS:wrong',
    `oci:${layout.path}`,
    remote('app:v9'),
  )
  await expect(call).rejects.toThrow(/unauthorized|authentication required|Not Authorized/i)
})
