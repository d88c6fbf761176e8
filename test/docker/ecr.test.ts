import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import {
  BatchGetImageCommand,
  CreateRepositoryCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
} from '@aws-sdk/client-ecr'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Emulator, startEmulator } from '../emulator/emulator.ts'
import { installDocker } from './install.ts'

const CONTEXT = resolve(import.meta.dirname, '../../services/service-a')
const REPOSITORY = 'service-a-image'
const INDEX = 'application/vnd.oci.image.index.v1+json'
const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json'
const run = promisify(execFile)

let folder: string
let emulator: Emulator
let ecr: ECRClient
let repositoryUri: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'docker-ecr-'))
  await installDocker(folder)
  emulator = await startEmulator()
  const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } = emulator.env
  const credentials = { accessKeyId, secretAccessKey }
  ecr = new ECRClient({ endpoint: emulator.url, region: 'us-east-1', credentials })
  const created = await ecr.send(
    new CreateRepositoryCommand({ repositoryName: REPOSITORY, imageTagMutability: 'IMMUTABLE' }),
  )
  repositoryUri = created.repository?.repositoryUri ?? ''
  await login()
})

afterEach(async () => {
  ecr.destroy()
  await emulator.close()
  await rm(folder, { recursive: true })
})

function docker(...args: readonly string[]) {
  const env = {
    PATH: `${folder}:/usr/bin:/bin`,
    DOCKER_CONFIG: join(folder, 'config'),
    SOURCE_DATE_EPOCH: '1',
  }
  return run('docker', args, { env })
}

async function login(): Promise<void> {
  const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}))
  const token = Buffer.from(authorizationData?.[0]?.authorizationToken ?? '', 'base64').toString()
  const host = repositoryUri.split('/')[0] ?? ''
  const running = docker('login', '--username', 'AWS', '--password-stdin', host)
  running.child.stdin?.end(token.replace(/^AWS:/, ''))
  await running
}

function build(...more: readonly string[]) {
  const metadata = join(folder, 'metadata.json')
  return docker(
    'buildx',
    'build',
    '--push',
    '--tag',
    `${repositoryUri}:one`,
    '--metadata-file',
    metadata,
    ...more,
    CONTEXT,
  )
}

async function pushedDigest(): Promise<string> {
  return JSON.parse(await readFile(join(folder, 'metadata.json'), 'utf8'))['containerimage.digest']
}

test.each([
  [
    'an index with attestations',
    INDEX,
    ['--provenance=mode=max', '--sbom=true', '--platform=linux/amd64,linux/arm64'],
  ],
  ['one Docker manifest', MANIFEST, ['--provenance=false', '--sbom=false', '--platform=linux/amd64']],
])('ECR has %s under the digest that the build reports', async (_, mediaType, options) => {
  await build(...options)
  const { images, failures } = await ecr.send(
    new BatchGetImageCommand({
      repositoryName: REPOSITORY,
      imageIds: [{ imageTag: 'one' }],
      acceptedMediaTypes: [INDEX, MANIFEST],
    }),
  )
  expect(failures ?? []).toEqual([])
  expect(images).toMatchObject([
    { imageManifestMediaType: mediaType, imageId: { imageDigest: await pushedDigest() } },
  ])
})

test("the same build again succeeds, and a different one under its name is refused with ECR's message", async () => {
  await build('--provenance=false')
  await build('--provenance=false')
  await expect(build('--provenance=false', '--label=a=b')).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/ERROR: failed to push .*:one: .*immutable/),
  })
})
