import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe } from 'vitest'
import type { OnFinished } from '../../../support/cleanup.ts'
import { environmentsJson, type World, writeFiles } from '../../../support/world.ts'
import {
  as,
  buildAll,
  endAsTheySay,
  pinImage,
  promoteImage,
  type Row,
  type Run,
  releaseNext,
} from './bad-input.ts'

const tracing = as(releaseNext, { env: { GIT_TRACE: '1', GIT_TRACE_PACKET: '1', GIT_CURL_VERBOSE: '1' } })

/** What is run in a clone whose remote is at this address. */
async function remoteAt(world: World, url: string, attempt: Run): Promise<Run> {
  await world.git(['remote', 'set-url', 'origin', url])
  return attempt
}

/** The same with a remote over HTTP that answers one status to everything, with a password in its address. */
async function remoteAnswering(
  world: World,
  status: number,
  attempt: Run,
  onFinished: OnFinished,
): Promise<Run> {
  const server = createServer((_, response) => response.writeHead(status).end('no')).listen(0, '127.0.0.1')
  onFinished(async () => void server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return await remoteAt(world, `http://me:hidden-pass@127.0.0.1:${port}/shop.git`, attempt)
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
    arrange: world => remoteAt(world, '/nowhere/shop.git', pinImage),
    code: 2,
    says: ['the remote origin cannot be read', 'git ls-remote origin'],
  },
  'a remote that cannot be reached': {
    arrange: world => remoteAt(world, 'http://me:hidden-pass@127.0.0.1:1/shop.git', pinImage),
    code: 6,
    says: ['the remote origin cannot be read', 'safe to run this again'],
  },
  'a remote that asks for a password': {
    arrange: (world, onFinished) => remoteAnswering(world, 401, releaseNext, onFinished),
    code: 2,
    says: ['the remote origin cannot be read', 'Check its address and your permissions'],
  },
  'a remote that forbids': {
    arrange: (world, onFinished) => remoteAnswering(world, 403, promoteImage, onFinished),
    code: 2,
    says: ['the remote origin cannot be read', 'Check its address and your permissions'],
  },
  'a remote that forbids, while git traces': {
    arrange: (world, onFinished) => remoteAnswering(world, 403, tracing, onFinished),
    code: 2,
    says: ['the remote origin cannot be read', 'Check its address and your permissions'],
  },
  'a remote that knows no such repository': {
    arrange: (world, onFinished) => remoteAnswering(world, 404, promoteImage, onFinished),
    code: 2,
    says: ['not found', 'Check its address and your permissions'],
  },
  'a remote that is down': {
    arrange: (world, onFinished) => remoteAnswering(world, 503, promoteImage, onFinished),
    code: 6,
    says: ['503', 'safe to run this again'],
  },
  'a remote in a protocol that git does not have': {
    arrange: world => remoteAt(world, 'odd://me:hidden-pass@host/shop.git', promoteImage),
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
  'a folder that is not a repository': {
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

describe.concurrent('repositories', () => endAsTheySay(repositories))
