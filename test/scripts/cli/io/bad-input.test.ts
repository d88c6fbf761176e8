import { access, mkdir, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientsFor } from '../../../emulator/clients.ts'
import { afterSuite, type OnFinished } from '../../../support/cleanup.ts'
import { anotherClone, remoteState, tagsOf } from '../../../support/clones.ts'
import { imageRecord, pushTag, putObject, storeZip, writes } from '../../../support/releases.ts'
import { type Outcome, projectRoot, run } from '../../../support/run.ts'
import {
  bucket,
  environmentsJson,
  makeWorld,
  type World,
  writeFiles,
  zipService,
} from '../../../support/world.ts'

type Run = [command: string, options: Record<string, string>, extra?: Parameters<World['waybill']>[2]]

/** A world where both services are built and tagged, and the image is released. */
async function readyWorld(onFinished: OnFinished): Promise<World> {
  const world = await makeWorld({ onFinished })
  const commit = await world.git(['rev-parse', 'HEAD'])
  const { digest } = await world.storeImage('service-a', commit)
  await storeZip(world, 'service-b', commit)
  const tagObject = await pushTag(world, 'service-a-v1.0.0', commit)
  await pushTag(world, 'service-b-v1.0.0', commit)
  const record = imageRecord('service-a-v1.0.0', { tagObject, commit, digest })
  await putObject(world, 'releases/service-a-v1.0.0.json', record)
  return world
}

/** Runs a command that must fail: with this code, one JSON document, and nothing written anywhere. */
async function fails(world: World, [command, options, extra]: Run, code: number): Promise<Outcome> {
  world.emulator.clearRequests()
  const before = [await remoteState(world), await tagsOf(world)]
  const outcome = await world.waybill(command, { ...options, JSON: '1' }, extra)
  expect(outcome).toMatchObject({ code })
  expect(JSON.parse(outcome.stdout)).toMatchObject({ error: { exitCode: code, problem: expect.any(String) } })
  expect(writes(world.emulator)).toEqual([])
  expect([await remoteState(world), await tagsOf(world)]).toEqual(before)
  const all = outcome.stdout + outcome.stderr
  expect(all).not.toMatch(/emulator-secret|emulator-session|hidden-pass/)
  // Nothing that hides, reorders or breaks a line: our own few signs and ASCII only.
  expect(all).toMatch(/^[\x20-\x7e\n\u2026\u2013\u2714\u2716]*$/)
  return outcome
}

describe('a hostile name', () => {
  const onFinished = afterSuite()
  let world: World
  beforeAll(async () => {
    world = await readyWorld(onFinished)
  })
  afterAll(async () => {
    await expect(access(join(world.clone, 'pwned'))).rejects.toThrow()
  })

  describe.concurrent('is refused, shown only escaped, and never run', () => {
    it.for<[string, string]>([
      ['$(…)', 'service-a-$(touch pwned)-v1.0.0'],
      ['quotes', `service-a-v1.0.0'"; touch pwned; echo "`],
      ['backticks', 'service-a-v1.0.0`touch pwned`'],
      ['an option of git', '--upload-pack=touch pwned'],
      ['a right-to-left mark', 'service-a-v1.0.0\u202e0.0.9v'],
      ['a zero-width space', 'service-a\u200b-v1.0.0'],
      ['a byte order mark', '\ufeffservice-a-v1.0.0'],
      ['a line break', 'service-a-v1.0.0\n'],
      ['an escape sequence', 'service-a-v1.0.0\u001b[2K'],
      ['digits of another script', 'service-a-v\uff11.0.0'],
      ['a path', '../../service-a-v1.0.0'],
    ])('with %s', async ([, name]) => {
      const runs: Run[] = [
        ['promote', { TAG: `service-a-v1.0.0,${name}` }],
        ['pin', { ENV: name, TAG: name }],
        ['release', { SERVICE: name, VERSION: name, WAIT: name }],
        ['release', { SERVICE: 'a', VERSION: '1.1.0', COMMIT: name }],
      ]
      for (const attempt of runs) {
        const { stderr } = await fails(world, attempt, 2)
        expect(stderr).toMatch(/is not an? |names no commit/)
      }
    })
  })

  it('as a word on the command line is shown only escaped', async () => {
    const script = join(projectRoot, 'scripts', 'promote.ts')
    for (const word of ['TAG\u202e=x', '\u001b]0;x\u0007', '--force']) {
      const outcome = await run(process.execPath, [script, word], { cwd: world.clone, env: world.env })
      expect(outcome).toMatchObject({ code: 2, stderr: expect.stringContaining('It takes TAG=') })
      expect(outcome.stderr).toMatch(/^[\x20-\x7e\n\u2026\u2716]*$/)
    }
  })

  describe.concurrent('or value that is wrong', () => {
    it.for<[string, Run, string]>([
      ['no version of three numbers', ['release', { SERVICE: 'a', VERSION: '1.1' }], 'use all three numbers'],
      ['a leading zero', ['release', { SERVICE: 'a', VERSION: '01.1.0' }], 'must not begin with 0'],
      ['a v', ['release', { SERVICE: 'a', VERSION: 'v1.1.0' }], 'leave out the v'],
      ['build metadata', ['release', { SERVICE: 'a', VERSION: '1.1.0+build' }], 'build metadata'],
      ['nothing', ['release', {}], 'SERVICE is missing\n  VERSION is missing'],
      [
        'an unknown service',
        ['release', { SERVICE: 'nope', VERSION: '1.1.0' }],
        'there is no service nope at',
      ],
      [
        'some unknown services',
        ['release', { SERVICE: 'no,nay', VERSION: '1.1.0' }],
        'there is no service nay at',
      ],
      [
        'a service that is not here to build',
        ['build', { SERVICE: 'nope' }],
        'There are: service-a, service-b',
      ],
      ['a tag that nobody made', ['promote', { TAG: 'service-a-v9.0.0' }], 'has no tag service-a-v9.0.0'],
      ['an environment that is not there', ['pin', { ENV: 'dev', TAG: 'service-a-v1.0.0' }], 'staging, prod'],
      ['a flag', ['promote', { TAG: 'service-a-v1.0.0', DRY_RUN: 'maybe' }], 'DRY_RUN: must be 1 or 0'],
      ['a time', ['release', { SERVICE: 'a', VERSION: '1.1.0', WAIT: '10' }], 'use 90s, 10m or 1h30m'],
      [
        'a name that is too long',
        ['release', { SERVICE: 'a', VERSION: `1.0.0-${'x'.repeat(112)}` }],
        '128 characters',
      ],
    ])('%s', async ([, attempt, message]) => {
      expect((await fails(world, attempt, 2)).stderr).toContain(message)
    })
  })
})

type Row = {
  /** Brings about what is wrong and answers what is run then. */
  arrange(world: World): Promise<Run>
  code: number
  says: string[]
}

const promoteImage: Run = ['promote', { TAG: 'service-a-v1.0.0' }]
const promoteZip: Run = ['promote', { TAG: 'service-b-v1.0.0' }]
const pinImage: Run = ['pin', { ENV: 'staging', TAG: 'service-a-v1.0.0' }]
const releaseNext: Run = ['release', { SERVICE: 'a', VERSION: '1.1.0' }]
const buildAll: Run = ['build', {}]

function as(attempt: Run, extra: Run[2]): Run {
  return [attempt[0], attempt[1], extra]
}

async function artifacts(world: World, change: Record<string, string>): Promise<void> {
  const changed = { ...environmentsJson, artifacts: { ...environmentsJson.artifacts, ...change } }
  await writeFiles(world.clone, { 'cdktf/environments.json': JSON.stringify(changed) })
}

/** A remote over HTTP that answers one status to everything, with a password in its address. */
async function httpRemote(world: World, status: number): Promise<void> {
  const server = createServer((_, response) => response.writeHead(status).end('no'))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  server.unref()
  const { port } = server.address() as AddressInfo
  await world.git(['remote', 'set-url', 'origin', `http://me:hidden-pass@127.0.0.1:${port}/shop.git`])
}

const tags: Record<string, Row> = {
  'a lightweight tag': {
    async arrange(world) {
      await world.git(['tag', 'service-a-v2.0.0'])
      await world.git(['push', '--quiet', 'origin', 'service-a-v2.0.0'])
      return ['promote', { TAG: 'service-a-v2.0.0' }]
    },
    code: 3,
    says: ['service-a-v2.0.0 is not an annotated tag', 'git push origin :refs/tags/service-a-v2.0.0'],
  },
  'a release where a lightweight tag is': {
    async arrange(world) {
      await world.git(['push', '--quiet', 'origin', 'HEAD:refs/tags/service-a-v2.0.0'])
      return ['release', { SERVICE: 'a', VERSION: '2.0.0' }]
    },
    code: 3,
    says: ['service-a-v2.0.0', 'it is a lightweight tag', 'git push origin :refs/tags/service-a-v2.0.0'],
  },
  'a tag that was moved on the remote': {
    async arrange(world) {
      const other = await anotherClone(world)
      await world.git(['tag', '--annotate', '--force', '--message', 'moved', 'service-b-v1.0.0'], other)
      await world.git(['push', '--quiet', '--force', 'origin', 'refs/tags/service-b-v1.0.0'], other)
      return promoteZip
    },
    code: 3,
    says: ['it differs here and on the remote origin', 'git tag -d service-b-v1.0.0'],
  },
  'a tag that was moved after its release': {
    async arrange(world) {
      await world.git(['tag', '--annotate', '--force', '--message', 'moved', 'service-a-v1.0.0'])
      await world.git(['push', '--quiet', '--force', 'origin', 'refs/tags/service-a-v1.0.0'])
      return promoteImage
    },
    code: 3,
    says: ['service-a-v1.0.0 was already released, but not from this tag'],
  },
  'a pin of a tag that was moved after its release': {
    async arrange(world) {
      await world.git(['tag', '--annotate', '--force', '--message', 'moved', 'service-a-v1.0.0'])
      await world.git(['push', '--quiet', '--force', 'origin', 'refs/tags/service-a-v1.0.0'])
      return pinImage
    },
    code: 3,
    says: ['is not the one that was released'],
  },
  'a tag on a commit that is on no release branch': {
    async arrange(world) {
      await world.git(['checkout', '--quiet', '-b', 'feature'])
      const commit = await world.commit({ 'services/service-a/main.txt': 'feature\n' })
      await pushTag(world, 'service-a-v2.0.0', commit)
      return ['promote', { TAG: 'service-a-v2.0.0' }]
    },
    code: 3,
    says: ['service-a-v2.0.0 is on no release branch of the remote origin', 'main, hotfix/*'],
  },
  'a release of a commit that was not pushed': {
    async arrange(world) {
      const commit = await world.commit({ 'services/service-a/main.txt': 'mine\n' }, 'Mine', false)
      await world.storeImage('service-a', commit)
      return ['release', { SERVICE: 'a', VERSION: '1.1.0', COMMIT: 'HEAD' }]
    },
    code: 3,
    says: ['is on no release branch of the remote', 'push'],
  },
  'a tag of a folder': {
    async arrange(world) {
      await world.git(['tag', '--annotate', '--message', 'x', 'service-a-v2.0.0', 'HEAD^{tree}'])
      await world.git(['push', '--quiet', 'origin', 'service-a-v2.0.0'])
      return ['promote', { TAG: 'service-a-v2.0.0' }]
    },
    code: 3,
    says: ['names no commit'],
  },
  'a release of a service that is not in that commit': {
    async arrange(world) {
      const before = await world.git(['rev-parse', 'HEAD'])
      await world.commit(zipService('service-new'))
      return ['release', { SERVICE: 'new', VERSION: '1.0.0', COMMIT: before }]
    },
    code: 2,
    says: ['there is no service new at', 'There are: service-a, service-b'],
  },
  'a tag of a service that is not in its commit': {
    async arrange(world) {
      await pushTag(world, 'service-x-v1.0.0', 'HEAD')
      return ['promote', { TAG: 'service-x-v1.0.0' }]
    },
    code: 2,
    says: ['there is no service service-x at'],
  },
  'a commit with no artifact': {
    async arrange(world) {
      await world.commit({ 'services/service-a/main.txt': 'service-a 2\n' })
      return releaseNext
    },
    code: 4,
    says: ['is not built yet', 'make build SERVICE=service-a', 'WAIT=10m'],
  },
}

const repositories: Record<string, Row> = {
  'a shallow clone': {
    async arrange(world) {
      await world.commit({ 'README.md': 'more' })
      const cwd = join(world.folder, 'shallow')
      await world.git(['clone', '--quiet', '--depth=1', `file://${world.remote}`, cwd], world.folder)
      return as(promoteImage, { cwd })
    },
    code: 2,
    says: ['this clone is shallow', 'git fetch --unshallow'],
  },
  'no remote': {
    async arrange(world) {
      await world.git(['remote', 'remove', 'origin'])
      return releaseNext
    },
    code: 2,
    says: ['this clone has no remote called origin', 'git remote add origin'],
  },
  'a remote that does not exist': {
    async arrange(world) {
      await world.git(['remote', 'set-url', 'origin', '/nowhere/shop.git'])
      return pinImage
    },
    code: 2,
    says: ['the remote origin cannot be read', 'git ls-remote origin'],
  },
  'a remote that cannot be reached': {
    async arrange(world) {
      await world.git(['remote', 'set-url', 'origin', 'http://me:hidden-pass@127.0.0.1:1/shop.git'])
      return pinImage
    },
    code: 6,
    says: ['the remote origin cannot be read', 'safe to run this again'],
  },
  'a remote that asks for a password': {
    arrange: world => httpRemote(world, 401).then(() => releaseNext),
    code: 2,
    says: ['the remote origin cannot be read', 'Check its address and your permissions'],
  },
  'a remote that forbids': {
    arrange: world => httpRemote(world, 403).then(() => promoteImage),
    code: 2,
    says: ['the remote origin cannot be read', 'Check its address and your permissions'],
  },
  'a remote that forbids, while git traces': {
    async arrange(world) {
      await httpRemote(world, 403)
      return as(releaseNext, { env: { GIT_TRACE: '1', GIT_TRACE_PACKET: '1', GIT_CURL_VERBOSE: '1' } })
    },
    code: 2,
    says: ['the remote origin cannot be read', 'Check its address and your permissions'],
  },
  'a remote that knows no such repository': {
    arrange: world => httpRemote(world, 404).then(() => promoteImage),
    code: 2,
    says: ['not found', 'Check its address and your permissions'],
  },
  'a remote that is down': {
    arrange: world => httpRemote(world, 503).then(() => promoteImage),
    code: 6,
    says: ['503', 'safe to run this again'],
  },
  'a remote in a protocol that git does not have': {
    async arrange(world) {
      await world.git(['remote', 'set-url', 'origin', 'odd://me:hidden-pass@host/shop.git'])
      return promoteImage
    },
    code: 2,
    says: ['the remote origin cannot be read'],
  },
  'a remote without the release branch': {
    async arrange(world) {
      const changed = JSON.stringify({ ...environmentsJson, releaseBranches: ['trunk'] })
      await writeFiles(world.clone, { 'cdktf/environments.json': changed })
      return pinImage
    },
    code: 2,
    says: ['the remote origin has no branch trunk', 'releaseBranches'],
  },
  'a folder that is no repository': {
    async arrange(world) {
      const cwd = join(world.folder, 'plain')
      await mkdir(cwd)
      return as(buildAll, { cwd })
    },
    code: 2,
    says: ['this is not a usable git repository', 'Run it in a clone'],
  },
  'a bare repository': {
    arrange: async world => as(buildAll, { cwd: world.remote }),
    code: 2,
    says: ['this is not a usable git repository'],
  },
  'a machine without git': {
    arrange: async () => as(promoteImage, { env: { PATH: '/nowhere' } }),
    code: 2,
    says: ['git', 'Install'],
  },
  'a repository without commits': {
    async arrange(world) {
      const cwd = join(world.folder, 'empty')
      await world.git(['init', '--quiet', cwd], world.folder)
      await writeFiles(cwd, { 'cdktf/environments.json': JSON.stringify(environmentsJson) })
      return as(buildAll, { cwd })
    },
    code: 2,
    says: ['this repository has no commit yet'],
  },
  'a repository of SHA-256 names': {
    async arrange(world) {
      const cwd = join(world.folder, 'sha256')
      await world.git(['init', '--quiet', '--object-format=sha256', cwd], world.folder)
      return as(buildAll, { cwd })
    },
    code: 2,
    says: ['SHA-256'],
  },
  'a repository without services': {
    async arrange(world) {
      await world.git(['rm', '-r', '--quiet', 'services'])
      await world.commit({})
      return buildAll
    },
    code: 2,
    says: ['no services', 'services/<name>/service.json'],
  },
}

const files: Record<string, Row> = {
  'no environments.json': {
    async arrange(world) {
      await rm(join(world.clone, 'cdktf/environments.json'))
      return promoteImage
    },
    code: 2,
    says: ['cdktf/environments.json cannot be read', 'no such file'],
  },
  'an environments.json with several faults': {
    async arrange(world) {
      const broken = {
        artifacts: { account: 111111111111, region: 'frankfurt' },
        releasebranches: ['main\u202e'],
      }
      await writeFiles(world.clone, { 'cdktf/environments.json': JSON.stringify(broken) })
      return pinImage
    },
    code: 2,
    says: [
      'artifacts.account: ',
      'artifacts.region: ',
      'artifacts.bucket: ',
      'environments: ',
      'releasebranches',
    ],
  },
  'an environments.json that is no JSON': {
    async arrange(world) {
      await writeFiles(world.clone, { 'cdktf/environments.json': '{\n  "artifacts": \u202e}' })
      return releaseNext
    },
    code: 2,
    says: ['cdktf/environments.json is not JSON'],
  },
  'broken service.json files in the work tree': {
    async arrange(world) {
      await world.commit({
        'services/service-a/service.json': JSON.stringify({ kind: 'ecs', inputs: ['../x'], extra: 1 }),
        'services/service-b/service.json': JSON.stringify({ kind: 'lambda-zip', build: { output: '.' } }),
        'services/Service_C/service.json': '{}',
      })
      return buildAll
    },
    code: 2,
    says: [
      'services/service-a/service.json',
      'inputs.0',
      'build.command',
      'build.output',
      'services/"Service_C"',
    ],
  },
  'a broken service.json in the tagged commit': {
    async arrange(world) {
      const commit = await world.commit({ 'services/service-a/service.json': '{ "kind": "ecs-service", ' })
      await pushTag(world, 'service-a-v2.0.0', commit)
      return ['promote', { TAG: 'service-a-v2.0.0' }]
    },
    code: 2,
    says: ['services/service-a/service.json at ', 'is not JSON', 'in a new commit'],
  },
  'a broken service.json in the commit to release': {
    async arrange(world) {
      await world.commit({ 'services/service-a/service.json': '{ "kind": "ecs-service", "inptus": [] }' })
      return releaseNext
    },
    code: 2,
    says: ['services/service-a/service.json at ', 'inptus'],
  },
}

const cloud: Record<string, Row> = {
  'expired credentials, for an image': {
    arrange: async world => as(promoteImage, { env: world.emulator.credentials({ expired: true }) }),
    code: 2,
    says: ['expired', 'aws sso login'],
  },
  'expired credentials, for a zip': {
    arrange: async world => as(promoteZip, { env: world.emulator.credentials({ expired: true }) }),
    code: 2,
    says: ['expired', 'aws sso login'],
  },
  'expired credentials, for a release': {
    arrange: async world =>
      as(
        [
          'release',
          {
            SERVICE: 'b',
            VERSION: '1.1.0',
            COMMIT: await world.commit({ 'services/service-b/main.txt': '2' }),
          },
        ],
        {
          env: world.emulator.credentials({ expired: true }),
        },
      ),
    code: 2,
    says: ['expired', 'aws sso login'],
  },
  'no credentials': {
    arrange: async () =>
      as(promoteImage, { env: { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' }, process: true }),
    code: 2,
    says: ['Could not load credentials', 'aws sso login'],
  },
  'unknown credentials': {
    arrange: async () => as(pinImage, { env: { AWS_ACCESS_KEY_ID: 'AKIAUNKNOWN' } }),
    code: 2,
    says: ['InvalidAccessKeyId', 'aws sso login'],
  },
  'another region than that of the bucket': {
    arrange: world => artifacts(world, { region: 'us-east-1' }).then(() => promoteZip),
    code: 2,
    says: [bucket, 'not in the region', 'cdktf/environments.json'],
  },
  'another region than that of the repository': {
    arrange: world => artifacts(world, { region: 'us-east-1' }).then(() => promoteImage),
    code: 2,
    says: ['cdktf/environments.json', 'us-east-1'],
  },
  'a bucket of another owner': {
    async arrange(world) {
      const env = world.emulator.credentials({ account: '999999999999' })
      const { s3 } = clientsFor(world.emulator, { env })
      const CreateBucketConfiguration = { LocationConstraint: 'eu-central-1' } as const
      await s3.send(new CreateBucketCommand({ Bucket: 'foreign-bucket', CreateBucketConfiguration }))
      await artifacts(world, { bucket: 'foreign-bucket' })
      return promoteZip
    },
    code: 2,
    says: ['foreign-bucket', 'does not belong to the account'],
  },
  'credentials of another account': {
    arrange: async world =>
      as(['build', { SERVICE: 'b' }], { env: world.emulator.credentials({ account: '999999999999' }) }),
    code: 2,
    says: [bucket, 'does not belong to the account'],
  },
  'a bucket that does not exist, to build': {
    arrange: world => artifacts(world, { bucket: 'no-such-bucket' }).then(() => ['build', { SERVICE: 'b' }]),
    code: 2,
    says: ['NoSuchBucket', 'no-such-bucket', 'Create it'],
  },
  'a bucket that does not exist, to promote': {
    arrange: world => artifacts(world, { bucket: 'no-such-bucket' }).then(() => promoteZip),
    code: 2,
    says: ['NoSuchBucket', 'no-such-bucket', 'Create it'],
  },
  'a repository that does not exist': {
    async arrange(world) {
      const commit = await world.commit({
        'services/service-a/service.json': JSON.stringify({ kind: 'ecs-service', repository: 'no/such' }),
      })
      await pushTag(world, 'service-a-v2.0.0', commit)
      return ['promote', { TAG: 'service-a-v2.0.0' }]
    },
    code: 2,
    says: ['no/such', 'Create it'],
  },
  'a cloud that is down': {
    async arrange(world) {
      world.emulator.inject({ operation: '*', kind: 'error503' })
      return promoteImage
    },
    code: 6,
    says: ['safe to run this again'],
  },
  'a cloud that forbids': {
    async arrange(world) {
      world.emulator.inject({ operation: 'BatchGetImage', kind: 'access-denied' })
      return releaseNext
    },
    code: 2,
    says: ['service-a-image', 'AccessDenied', 'lack the permission'],
  },
  'an endpoint where nobody listens': {
    arrange: async () => as(pinImage, { env: { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' } }),
    code: 6,
    says: ['ECONNREFUSED', 'safe to run this again'],
  },
}

describe.concurrent.each(Object.entries({ tags, repositories, files, cloud }))('%s', (_, rows) => {
  it.for(Object.entries(rows))('%s', async ([, row], { onTestFinished }) => {
    const world = await readyWorld(onTestFinished)
    const attempt = await row.arrange(world)
    const outcome = await fails(world, attempt, row.code)
    for (const words of row.says) expect(outcome.stderr).toContain(words)
  })
})
