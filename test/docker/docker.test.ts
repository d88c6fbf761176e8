import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { installDocker } from './install.ts'
import { startTinyRegistry, type TinyRegistry } from './tiny-registry.ts'

const SERVICES = resolve(import.meta.dirname, '../../services')
const PASSWORD = 'a password'
const SAYS_WHAT_IT_IS =
  "docker is a stand-in here: base images are not fetched, so only the service's own files are in the image\n"

let folder: string
let registry: TinyRegistry
let env: Record<string, string>

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "docker's "))
  registry = await startTinyRegistry(PASSWORD)
  await installDocker(join(folder, 'bin'))
  env = {
    PATH: `${join(folder, 'bin')}:/usr/bin:/bin`,
    DOCKER_CONFIG: join(folder, 'config'),
    SOURCE_DATE_EPOCH: '1',
  }
})

afterEach(async () => {
  await registry.close()
  await rm(folder, { recursive: true })
})

async function docker(args: readonly string[], more: Record<string, string | undefined> = {}, input = '') {
  const child = spawn('docker', args, { env: { ...env, ...more }, stdio: 'pipe' })
  child.stdin.end(input)
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ])
  return { stdout, stderr, code }
}

function login(input = PASSWORD, host = registry.host, more: Record<string, string | undefined> = {}) {
  return docker(['login', '--username', 'AWS', '--password-stdin', host], more, input)
}

function build(tag: string, context: string, ...more: readonly string[]) {
  const reference = `${registry.host}/service-a-image:${tag}`
  const options = [
    '--push',
    '--platform',
    'linux/amd64',
    '--tag',
    reference,
    '--file',
    join(context, 'Dockerfile'),
  ]
  return docker(['buildx', 'build', ...options, ...more, context])
}

describe('it answers', () => {
  test('version, like a machine with an engine', async () => {
    const answer = await docker(['version', '--format', '{{.Server.Version}}'])
    expect(answer).toEqual({ stdout: '28.0.0-stand-in\n', stderr: '', code: 0 })
  })

  test.each([[['version', '--format', '{{.Server.Version}}']], [['buildx', 'build', '--push', '.']]])(
    '%j on a machine without an engine',
    async args => {
      expect(await docker(args, { STAND_IN_DOCKER: 'no-engine' })).toEqual({
        stdout: '',
        stderr:
          'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n',
        code: 1,
      })
    },
  )

  test('buildx version', async () => {
    const stdout = 'github.com/docker/buildx v0.20.0 stand-in\n'
    expect(await docker(['buildx', 'version'])).toEqual({ stdout, stderr: '', code: 0 })
  })

  test.each([
    [['run', '-it', 'alpine']],
    [['buildx', 'build', '--push', '--squash', '--tag=localhost:1/a:b', '.']],
    [['buildx', 'build', '--tag=localhost:1/a:b', '.']],
    [['login', '--password', 'secret', 'localhost:1']],
    [[]],
  ])('does not know %j', async args => {
    const stderr = `docker: the stand-in does not know "${args.join(' ')}"\n`
    expect(await docker(args)).toEqual({ stdout: '', stderr, code: 1 })
  })
})

describe('login', () => {
  test('saves the credentials, readable only by the user, next to those of other hosts', async () => {
    expect(await login()).toEqual({ stdout: 'Login Succeeded\n', stderr: '', code: 0 })
    await login(`${PASSWORD}\n`, `http://${registry.host}`)
    const file = join(folder, 'config/config.json')
    const auth = Buffer.from(`AWS:${PASSWORD}`).toString('base64')
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ auths: { [registry.host]: { auth } } })
    expect((await stat(file)).mode & 0o777).toBe(0o600)
  })

  test('fails if the registry refuses the password', async () => {
    const { code, stderr } = await login('wrong')
    expect(code).toBe(1)
    expect(stderr).toBe(
      `Error response from daemon: login attempt to http://${registry.host}/v2/ failed with status: 401 Unauthorized\n`,
    )
  })

  test.each([
    ['no folder', () => undefined],
    ["a person's own", () => join(folder, '.docker')],
  ])('never writes to %s', async (_, configFolder) => {
    const { code, stderr } = await login(PASSWORD, registry.host, {
      DOCKER_CONFIG: configFolder(),
      HOME: folder,
    })
    expect(code).toBe(1)
    expect(stderr).toContain('set DOCKER_CONFIG')
    expect(await readdir(folder)).toEqual(['bin'])
  })

  test.each([
    '123456789012.dkr.ecr.eu-central-1.amazonaws.com',
    '127.0.0.1@example.com',
    '127.0.0.1.example.com',
  ])('does not talk to %s', async host => {
    const { code, stderr } = await login(PASSWORD, host)
    expect(code).toBe(1)
    expect(stderr).toBe(`docker: the stand-in talks to loopback hosts only, not to "${host}"\n`)
  })
})

describe('build', () => {
  const context = join(SERVICES, 'service-a')

  test('pushes the image of a service with attestations, and reports its digest', async () => {
    await login()
    const metadata = join(folder, 'metadata.json')
    const { code, stderr } = await build(
      'one',
      context,
      '--provenance=true',
      '--sbom=true',
      '--metadata-file',
      metadata,
    )
    const digest = JSON.parse(await readFile(metadata, 'utf8'))['containerimage.digest']
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: `${SAYS_WHAT_IT_IS}pushed ${registry.host}/service-a-image:one ${digest}\n`,
    })
    expect(registry.manifests.get('one')).toBe(registry.manifests.get(digest))
    expect(registry.manifests.get('one')?.mediaType).toBe('application/vnd.oci.image.index.v1+json')
  })

  test('sends nothing when it pushes the same image again', async () => {
    await login()
    await build('one', context, '--provenance=false')
    registry.requests.length = 0
    expect(await build('one', context, '--provenance=false')).toMatchObject({ code: 0 })
    expect(registry.requests.filter(line => !line.startsWith('HEAD '))).toEqual([])
  })

  test("prints the registry's message if the tag has another image", async () => {
    await login()
    await build('one', context, '--provenance=false')
    const { code, stderr } = await build('one', context, '--provenance=false', '--label=a=b')
    expect(code).toBe(1)
    expect(stderr).toBe(
      `${SAYS_WHAT_IT_IS}ERROR: failed to push ${registry.host}/service-a-image:one: manifest one: ` +
        `the registry answered 400 Bad Request: TAG_INVALID: the tag 'one' is immutable\n`,
    )
  })

  test('says that it is not logged in', async () => {
    const { code, stderr } = await build('one', context, '--provenance=false')
    expect(code).toBe(1)
    expect(stderr).toContain('the registry answered 401 Unauthorized: UNAUTHORIZED: who is it?')
    expect(registry.manifests.size).toBe(0)
  })

  test('says that the registry cannot be reached', async () => {
    await login()
    await registry.close()
    const { code, stderr } = await build('one', context, '--provenance=false')
    expect(code).toBe(1)
    expect(stderr).toContain('ECONNREFUSED')
  })

  test('pushes to loopback only', async () => {
    const { code, stderr } = await docker(['buildx', 'build', '--push', '--tag=ghcr.io/a/b:c', context])
    expect(code).toBe(1)
    expect(stderr).toBe('docker: the stand-in talks to loopback hosts only, not to "ghcr.io"\n')
  })

  test('the image of a function needs its compiled files', async () => {
    await login()
    const copy = join(folder, 'service-c')
    await cp(join(SERVICES, 'service-c'), copy, { recursive: true })
    await rm(join(copy, 'dist'), { recursive: true, force: true })
    const { code, stderr } = await build('one', copy, '--provenance=false')
    expect(code).toBe(1)
    expect(stderr).toMatch(/Dockerfile:\d+: "\/dist" is not in the build context/)
  })

  test('names the line of the Dockerfile that it does not know', async () => {
    await writeFile(join(folder, 'Dockerfile'), 'FROM base\nVOLUME /data\n')
    const { code, stderr } = await build('one', folder, '--provenance=false')
    expect(code).toBe(1)
    expect(stderr).toContain('ERROR: Dockerfile:2: VOLUME is not known to the stand-in\n')
  })

  test('lists the instructions that it did not execute', async () => {
    await login()
    await writeFile(join(folder, 'Dockerfile'), 'FROM base\nRUN npm ci\n')
    const { code, stderr } = await build('one', folder, '--provenance=false')
    expect(code).toBe(0)
    expect(stderr).toContain('not executed: RUN npm ci\n')
  })
})
