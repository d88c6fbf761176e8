import { chmod, cp, mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { extract } from 'tar-stream'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Build, makeBuild } from './build.ts'
import { parseBuildArguments } from './build-arguments.ts'
import { parseDockerfile } from './dockerfile.ts'

const CREATED = '2026-01-02T03:04:05.000Z'
const DOCKERFILE = `FROM node:24
ENV NODE_ENV=production
WORKDIR /app
RUN npm ci
COPY package.json ./
COPY --chown=1000:node src ./src
USER node
CMD ["node", "src/main.ts"]
`

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'image-writer-'))
  await writeContext(join(folder, 'context'))
})

afterEach(() => rm(folder, { recursive: true }))

async function writeContext(context: string): Promise<void> {
  await mkdir(join(context, 'src/lib'), { recursive: true })
  await mkdir(join(context, 'test'))
  await writeFile(join(context, '.dockerignore'), '*\n!package.json\n!src\n')
  await writeFile(join(context, 'package.json'), '{}\n')
  await writeFile(join(context, 'src/main.ts'), 'main\n')
  await writeFile(join(context, 'src/lib/tool.sh'), '#!/bin/sh\n')
  await chmod(join(context, 'src/lib/tool.sh'), 0o755)
  await writeFile(join(context, 'test/main.test.ts'), 'test\n')
}

function make(context: string, ...more: string[]): Promise<Build> {
  const args = ['--push', '--provenance=false', '--tag=127.0.0.1:5000/a-image:one', ...more, context]
  return makeBuild(parseBuildArguments(args), parseDockerfile(DOCKERFILE), CREATED)
}

function json(bytes: Buffer | undefined) {
  return JSON.parse(String(bytes))
}

async function listLayer(gzip: Buffer | undefined) {
  const tar = extract()
  tar.end(gunzipSync(gzip ?? ''))
  const entries: object[] = []
  for await (const entry of tar) {
    const { name, mode, uid, gid, gname, mtime } = entry.header
    entries.push({ name, mode, uid, gid, gname, mtime: mtime.getTime() })
    entry.resume()
  }
  return entries
}

describe('without attestations for one platform', () => {
  test('it is a single Docker manifest whose layer has the copied files and no ignored ones', async () => {
    const { root, children, blobs } = await make(join(folder, 'context'))
    const [layer, config] = blobs
    expect(children).toEqual([])
    expect(json(root.bytes)).toEqual({
      schemaVersion: 2,
      mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
      config: {
        mediaType: 'application/vnd.docker.container.image.v1+json',
        digest: config?.digest,
        size: config?.bytes.length,
      },
      layers: [
        {
          mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
          digest: layer?.digest,
          size: layer?.bytes.length,
        },
      ],
    })
    const root0 = { uid: 0, gid: 0, gname: '', mtime: 0 }
    const owned = { uid: 1000, gid: 0, gname: 'node', mtime: 0 }
    expect(await listLayer(layer?.bytes)).toEqual([
      { name: 'app/', mode: 0o755, ...root0 },
      { name: 'app/package.json', mode: 0o644, ...root0 },
      { name: 'app/src/', mode: 0o755, ...root0 },
      { name: 'app/src/lib/', mode: 0o755, ...owned },
      { name: 'app/src/lib/tool.sh', mode: 0o755, ...owned },
      { name: 'app/src/main.ts', mode: 0o644, ...owned },
    ])
  })

  test('the config has the settings of the Dockerfile and the command line', async () => {
    const { blobs } = await make(
      join(folder, 'context'),
      '--label',
      'org.opencontainers.image.revision=c0ffee',
    )
    const config = json(blobs[1]?.bytes)
    expect(config).toMatchObject({
      architecture: 'amd64',
      os: 'linux',
      created: CREATED,
      config: {
        User: 'node',
        Env: ['NODE_ENV=production'],
        Cmd: ['node', 'src/main.ts'],
        WorkingDir: '/app',
        Labels: { 'org.opencontainers.image.revision': 'c0ffee' },
      },
      rootfs: { type: 'layers', diff_ids: [expect.stringMatching(/^sha256:[0-9a-f]{64}$/)] },
    })
    expect(config.history.filter((line: { empty_layer?: boolean }) => !line.empty_layer)).toHaveLength(1)
    expect(config.history).toContainEqual({
      created: CREATED,
      created_by: 'RUN npm ci',
      comment: 'not executed by the stand-in',
      empty_layer: true,
    })
  })
})

describe('the digest', () => {
  const variants = [
    ['--provenance=false'],
    ['--provenance=mode=max', '--sbom=true', '--platform=linux/amd64,linux/arm64'],
  ]

  test.each(variants)(
    'is the same for the same files, written elsewhere at another time (%s)',
    async (...more) => {
      const copy = join(folder, 'copy')
      await cp(join(folder, 'context'), copy, { recursive: true })
      for (const name of await readdir(copy)) await utimes(join(copy, name), 1, 1)
      await chmod(join(copy, 'package.json'), 0o600)
      const [first, second] = [await make(join(folder, 'context'), ...more), await make(copy, ...more)]
      expect(second.root.digest).toBe(first.root.digest)
    },
  )

  test('does not depend on the port of the registry', async () => {
    const context = join(folder, 'context')
    const args = (port: number) => ['--push', '--sbom=true', `--tag=127.0.0.1:${port}/a-image:one`, context]
    const digests = [5000, 6000].map(async port => {
      const built = await makeBuild(parseBuildArguments(args(port)), parseDockerfile(DOCKERFILE), CREATED)
      return built.root.digest
    })
    expect(new Set(await Promise.all(digests)).size).toBe(1)
  })

  test('changes with a file', async () => {
    const before = await make(join(folder, 'context'))
    await writeFile(join(folder, 'context/src/main.ts'), 'other\n')
    expect((await make(join(folder, 'context'))).root.digest).not.toBe(before.root.digest)
  })

  test('does not change with an ignored file', async () => {
    const before = await make(join(folder, 'context'))
    await writeFile(join(folder, 'context/test/main.test.ts'), 'other\n')
    expect((await make(join(folder, 'context'))).root.digest).toBe(before.root.digest)
  })
})

describe('with attestations', () => {
  test('it is an OCI index of the image and a manifest without a platform', async () => {
    const { root, children, blobs } = await make(join(folder, 'context'), '--provenance=true', '--sbom=true')
    const [image, attestation] = children
    expect(json(root.bytes)).toMatchObject({
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: [
        {
          mediaType: 'application/vnd.oci.image.manifest.v1+json',
          digest: image?.digest,
          platform: { os: 'linux', architecture: 'amd64' },
        },
        {
          mediaType: 'application/vnd.oci.image.manifest.v1+json',
          digest: attestation?.digest,
          platform: { os: 'unknown', architecture: 'unknown' },
          annotations: {
            'vnd.docker.reference.type': 'attestation-manifest',
            'vnd.docker.reference.digest': image?.digest,
          },
        },
      ],
    })
    const statements = json(attestation?.bytes).layers.map((layer: { digest: string }) =>
      json(blobs.find(({ digest }) => digest === layer.digest)?.bytes),
    )
    const subject = [
      {
        name: 'pkg:docker/a-image@one?platform=linux%2Famd64',
        digest: { sha256: image?.digest.replace('sha256:', '') },
      },
    ]
    expect(statements).toMatchObject([
      { predicateType: 'https://spdx.dev/Document', subject },
      { predicateType: 'https://slsa.dev/provenance/v1', subject },
    ])
    expect(statements[0].predicate.files.map((file: { fileName: string }) => file.fileName)).toEqual([
      './app/package.json',
      './app/src/lib/tool.sh',
      './app/src/main.ts',
    ])
  })

  test('without them, several platforms are a Docker manifest list', async () => {
    const { root, children } = await make(join(folder, 'context'), '--platform', 'linux/amd64,linux/arm64/v8')
    expect(children).toHaveLength(2)
    expect(json(root.bytes)).toMatchObject({
      mediaType: 'application/vnd.docker.distribution.manifest.list.v2+json',
      manifests: [
        { platform: { architecture: 'amd64' } },
        { platform: { architecture: 'arm64', variant: 'v8' } },
      ],
    })
  })
})

test('names an ignored source', async () => {
  const asked = parseBuildArguments(['--push', '--tag=localhost:1/a:b', join(folder, 'context')])
  const instructions = parseDockerfile('FROM base\nCOPY test /test')
  await expect(makeBuild(asked, instructions, CREATED)).rejects.toThrow(
    'Dockerfile:2: "/test" is not in the build context',
  )
})

test('refuses a source outside the context', async () => {
  const asked = parseBuildArguments(['--push', '--tag=localhost:1/a:b', join(folder, 'context')])
  const instructions = parseDockerfile('FROM base\nCOPY ../secret /')
  await expect(makeBuild(asked, instructions, CREATED)).rejects.toThrow('is outside of the build context')
})

describe('from stage to stage', () => {
  const asked = () => parseBuildArguments(['--push', '--tag=localhost:1/a:b', join(folder, 'context')])
  const made = (dockerfile: string) => makeBuild(asked(), parseDockerfile(dockerfile), CREATED)

  test('files are copied, and what only an engine could make is left out and named', async () => {
    const { blobs, absent } = await made(`FROM node AS build
WORKDIR /src
COPY packag*.json ./
COPY src src
RUN npm run build
FROM scratch
COPY --from=0 --chmod=500 /src/src/*.ts /app/
COPY --from=build /src/dist /app/dist`)
    const files = (await listLayer(blobs[0]?.bytes)) as { name: string; mode: number }[]
    expect(files.map(({ name, mode }) => [name, mode])).toEqual([
      ['app/', 0o755],
      ['app/main.ts', 0o755],
    ])
    expect(absent).toEqual(['COPY --from: /src/dist'])
  })

  test('what a stage surely does not hold is missing', async () => {
    const dockerfile = 'FROM scratch AS files\nCOPY src /src\nFROM base\nCOPY --from=files /lib /'
    await expect(made(dockerfile)).rejects.toThrow('Dockerfile:4: "/lib" is not in that stage')
  })
})
