import { chmod, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr'
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { makeZip } from '../../../../scripts/build/zip.ts'
import { installDocker } from '../../../docker/install.ts'
import { clientsFor } from '../../../emulator/clients.ts'
import { mediaTypes, sampleImage } from '../../../emulator/sample-image.ts'
import { anotherClone, cloneState, remoteState } from '../../../support/clones.ts'
import { operations, readImage, readObject, writes } from '../../../support/releases.ts'
import { run } from '../../../support/run.ts'
import {
  bucket,
  imageService,
  makeWorld,
  type World,
  writeFiles,
  zipService,
} from '../../../support/world.ts'
import { listZip } from '../../../support/zip-listing.ts'

const zipEntry = { path: 'index.js', bytes: Buffer.from('exports.handler = 1'), kind: 'file' } as const

type Context = { onTestFinished: (clean: () => Promise<void>) => void }
type Built = {
  commit: string
  builds: { service: string; sourceCommit: string; artifact: string; digest?: string; result: string }[]
}

/** A world of zips alone, so that no build needs docker. */
function zipWorld(
  { onTestFinished }: Context,
  build?: Record<string, unknown>,
  files: Record<string, string> = {},
) {
  return makeWorld({
    onFinished: onTestFinished,
    repositories: [],
    files: { ...zipService('service-b', build === undefined ? {} : { build }), ...files },
  })
}

/** A world with docker's stand-in first on the path. */
async function dockerWorld(
  { onTestFinished }: Context,
  files: Record<string, string>,
  repositories: string[],
) {
  const world = await makeWorld({ onFinished: onTestFinished, files, repositories })
  const bin = join(world.folder, 'bin')
  await installDocker(bin)
  return { world, env: { PATH: `${bin}${delimiter}${world.env.PATH}` } }
}

function build(
  world: World,
  options: Record<string, string> = {},
  extra: Parameters<World['waybill']>[2] = {},
) {
  world.emulator.clearRequests()
  return world.waybill('build', options, extra)
}

async function built(world: World, extra: Parameters<World['waybill']>[2] = {}): Promise<Built> {
  world.emulator.clearRequests()
  return await world.json<Built>('build', {}, extra)
}

describe.concurrent('a zip', () => {
  it('is stored once under its source commit, with checksum and tags; then only what changed is built', async context => {
    const world = await zipWorld(context, undefined, zipService('service-d'))
    const first = await world.git(['rev-parse', 'HEAD'])
    const dry = await build(world, { DRY_RUN: '1', JSON: '1' })
    expect(JSON.parse(dry.stdout).builds).toMatchObject([
      { result: 'would be created' },
      { result: 'would be created' },
    ])
    expect(writes(world.emulator)).toEqual([])

    const { commit, builds } = await built(world)
    expect(commit).toBe(first)
    expect(builds).toMatchObject([
      {
        service: 'service-b',
        sourceCommit: first,
        artifact: `builds/service-b-${first}.zip`,
        result: 'created',
      },
      {
        service: 'service-d',
        sourceCommit: first,
        artifact: `builds/service-d-${first}.zip`,
        result: 'created',
      },
    ])
    expect(writes(world.emulator)).toEqual([
      `PutObject ${bucket}/builds/service-b-${first}.zip`,
      `PutObject ${bucket}/builds/service-d-${first}.zip`,
    ])
    const object = await readObject(world, `builds/service-b-${first}.zip`)
    expect(`sha256:${Buffer.from(object?.sha256 ?? '', 'base64').toString('hex')}`).toBe(builds[0]?.digest)
    expect(object?.tags).toEqual({ service: 'service-b', 'source-commit': first })
    expect(listZip(object?.bytes ?? Buffer.alloc(0))).toEqual({
      'main.txt': { mode: '100644', text: 'service-b 1\n' },
    })

    expect((await built(world)).builds.map(({ result }) => result)).toEqual(['already done', 'already done'])
    expect(writes(world.emulator)).toEqual([])

    await world.commit({ 'cdktf/pins/staging/service-b.json': '{}' }, 'Pin')
    const second = await world.commit({ 'services/service-d/main.txt': 'service-d 2\n' })
    const changed = await built(world)
    expect(changed.builds.map(({ sourceCommit, result }) => [sourceCommit, result])).toEqual([
      [first, 'already done'],
      [second, 'created'],
    ])
    expect(writes(world.emulator)).toEqual([`PutObject ${bucket}/builds/service-d-${second}.zip`])

    await world.commit({ 'cdktf/pins/staging/service-d.json': '{}', 'README.md': 'docs' }, 'Pin')
    expect((await built(world)).builds.map(({ sourceCommit }) => sourceCommit)).toEqual([first, second])
    expect(writes(world.emulator)).toEqual([])
  })

  it('has the same bytes from another clone, with its links and executable bits', async context => {
    const command = `mkdir -p out/bin out/lib && cp run.sh out/bin/run && cp main.txt out/lib/a.txt && chmod 755 out/bin/run &&
ln -s ../lib/a.txt out/bin/link && ln -s lib out/folder && printf %s "$SERVICE $SOURCE_COMMIT" > 'out/with space ü.txt'`
    const world = await zipWorld(
      context,
      { command, output: 'out' },
      { 'services/service-b/run.sh': '#!/bin/sh\n', '.gitignore': 'out\n' },
    )
    const commit = await world.git(['rev-parse', 'HEAD'])
    const key = `builds/service-b-${commit}.zip`
    await built(world)
    const one = await readObject(world, key)
    expect(listZip(one?.bytes ?? Buffer.alloc(0))).toEqual({
      'bin/link': { mode: '120777', text: '../lib/a.txt' },
      'bin/run': { mode: '100755', text: '#!/bin/sh\n' },
      folder: { mode: '120777', text: 'lib' },
      'lib/a.txt': { mode: '100644', text: 'service-b 1\n' },
      'with space ü.txt': { mode: '100644', text: `service-b ${commit}` },
    })
    await clientsFor(world.emulator).s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }))
    const cwd = await anotherClone(world)
    await built(world, { cwd: join(cwd, 'services'), env: { TZ: 'Pacific/Kiritimati', LC_ALL: 'C' } })
    expect((await readObject(world, key))?.bytes.equals(one?.bytes ?? Buffer.alloc(0))).toBe(true)
  })

  it('is built without the credentials and tokens of the job', async context => {
    const build = { command: 'mkdir out && env >out/environment', output: 'out' }
    const world = await zipWorld(context, build, { '.gitignore': 'out\n' })
    const commit = await world.git(['rev-parse', 'HEAD'])
    const secrets = {
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'x',
      GH_TOKEN: 'x',
      GITHUB_ENV: '/dev/null',
      CIRCLE_OIDC_TOKEN_V2: 'x',
      NPM_TOKEN: 'x',
      SOME_API_KEY: 'x',
    }
    await built(world, { env: { ...secrets, GITHUB_SHA: 'kept', HTTPS_PROXY: 'http://proxy' } })
    const zip = await readObject(world, `builds/service-b-${commit}.zip`)
    const { text } = listZip(zip?.bytes ?? Buffer.alloc(0)).environment ?? {}
    expect(text).toContain('GITHUB_SHA=kept')
    expect(text).toContain('HTTPS_PROXY=http://proxy')
    expect(text).not.toMatch(/^AWS_/m)
    for (const name of Object.keys(secrets)) expect(text).not.toContain(`${name}=`)
  })

  it('gets the variables that its service.json names, but no credentials of the job', async context => {
    const own = { command: 'mkdir dist && env >dist/environment', output: 'dist' }
    const world = await zipWorld(context, { ...own, variables: ['NPM_TOKEN'] })
    const { builds } = await built(world, { env: { NPM_TOKEN: 'named', OTHER_TOKEN: 'x' } })
    const zip = await readObject(world, builds[0]?.artifact ?? '')
    const { text } = listZip(zip?.bytes ?? Buffer.alloc(0)).environment ?? {}
    expect(text).toContain('NPM_TOKEN=named')
    expect(text).not.toContain('OTHER_TOKEN')
    await world.commit(zipService('service-b', { build: { ...own, variables: ['AWS_SESSION_TOKEN'] } }))
    const refused = await build(world)
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('credential of the job') })
  })

  it('of a service in another language is what its command leaves', async context => {
    const python = {
      'services/service-p/service.json': JSON.stringify({
        kind: 'lambda-zip',
        inputs: ['services/service-p/**'],
        build: { command: 'mkdir -p build && cp -r app handler.py build/', output: 'build' },
      }),
      'services/service-p/handler.py': 'def handler(event, context):\n    return 200\n',
      'services/service-p/app/__init__.py': '',
      '.gitignore': 'build\n',
    }
    const world = await makeWorld({ onFinished: context.onTestFinished, files: python, repositories: [] })
    const { builds } = await built(world)
    const object = await readObject(world, builds[0]?.artifact ?? '')
    expect(Object.keys(listZip(object?.bytes ?? Buffer.alloc(0)))).toEqual(['app/__init__.py', 'handler.py'])
  })

  it.for<[string, Record<string, unknown>, string]>([
    [
      'whose command fails',
      { command: 'mkdir dist; echo "no compiler" >&2; exit 7', output: 'dist' },
      'its command failed',
    ],
    ['whose output is empty', { command: 'mkdir dist', output: 'dist' }, 'left nothing in dist'],
    ['whose output is not there', { command: 'true', output: 'dist' }, 'left nothing in dist'],
    ['whose output is a file', { command: 'cp main.txt dist', output: 'dist' }, 'left nothing in dist'],
    [
      'whose output has files that git tracks',
      { command: 'true', output: 'tracked' },
      'holds files that git tracks',
    ],
    ['whose output lies behind a link', { command: 'true', output: 'away/dist' }, 'link'],
    [
      'with a link out of the output',
      { command: 'mkdir dist; ln -s ../main.txt dist/x', output: 'dist' },
      'leads out',
    ],
    [
      'with a link to a place on this machine',
      { command: 'mkdir dist; echo 1 > dist/y; ln -s "$PWD/dist/y" dist/x', output: 'dist' },
      'leads out',
    ],
    [
      'whose output becomes a link out of the repository',
      { command: 'ln -s "$PWD/away/dist" dist', output: 'dist' },
      'is outside the repository, behind a link',
    ],
    ['with a pipe in the output', { command: 'mkdir dist; mkfifo dist/pipe', output: 'dist' }, 'is neither'],
    [
      'with a file whose name is not UTF-8',
      { command: `mkdir -p dist/a; echo 1 > "dist/a/$(printf 'caf\\351')"`, output: 'dist' },
      '"a/caf\\u{e9}" in the build\'s output has a name that is not UTF-8',
    ],
    [
      'with nothing but empty folders',
      { command: 'mkdir -p dist/a dist/b', output: 'dist' },
      'left nothing in dist',
    ],
    [
      'with a file of 3 GB',
      { command: 'mkdir dist; truncate -s 3G dist/huge', output: 'dist' },
      'too large: 3072 MB unzipped',
    ],
    [
      'with more files than a zip can list',
      {
        command: `mkdir dist; cd dist; seq 65536 | xargs touch`,
        output: 'dist',
      },
      'too large: 65536 files',
    ],
  ])('%s: 2, with a reason, and nothing is stored', async ([, config, message], context) => {
    const world = await zipWorld(context, config, { 'services/service-b/tracked/file': 'kept\n' })
    await writeFiles(world.folder, { 'elsewhere/dist/precious': '1' })
    await symlink(join(world.folder, 'elsewhere'), join(world.clone, 'services/service-b/away'))
    await world.commit({})
    const before = await cloneState(world)
    const outcome = await build(world, { JSON: '1' })
    expect(outcome).toMatchObject({ code: 2, stderr: expect.stringContaining(message) })
    expect(outcome.stderr).toContain('service-b')
    expect(JSON.parse(outcome.stdout)).toMatchObject({ error: { exitCode: 2 } })
    expect(writes(world.emulator)).toEqual([])
    expect(await cloneState(world)).toBe(before)
    expect(await readFile(join(world.folder, 'elsewhere/dist/precious'), 'utf8')).toBe('1')
  })

  it('that the command makes itself is stored as it is, or refused if it is none', async context => {
    const [output, bytes] = ['made/function.zip', Buffer.from(makeZip([zipEntry]))]
    const command = `mkdir -p made && base64 -d function.txt >${output}`
    const own = (text: string) => ({
      ...zipService('service-b', { build: { command, output } }),
      'services/service-b/function.txt': text,
      '.gitignore': 'made\n',
    })
    const world = await zipWorld(context, undefined, own(bytes.toString('base64')))
    const { builds } = await built(world)
    expect((await readObject(world, builds[0]?.artifact ?? ''))?.bytes.equals(bytes)).toBe(true)

    await world.commit(own(Buffer.from('no zip').toString('base64')))
    expect(await build(world)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('it is not a zip: its end has no directory'),
    })
  })

  it('keeps the empty folders of the output', async context => {
    const world = await zipWorld(context, {
      command: 'mkdir -p dist/a/b dist/c; touch dist/c/x',
      output: 'dist',
    })
    const { builds } = await built(world)
    const object = await readObject(world, builds[0]?.artifact ?? '')
    expect(listZip(object?.bytes ?? Buffer.alloc(0))).toEqual({
      'a/b/': { mode: '40755', text: '' },
      'c/x': { mode: '100644', text: '' },
    })
  })

  it.for([
    ['whose command fails', 'false', 'the build of service-b failed'],
    ['whose output has a bad name', `mkdir dist; touch "dist/$(printf '\\377')"`, 'not UTF-8'],
    ['whose output is huge', 'mkdir dist; truncate -s 3G dist/huge', 'too large'],
  ] as const)('%s does not stop the others from being stored', async ([, command, message], context) => {
    const world = await zipWorld(context, { command, output: 'dist' }, zipService('service-d'))
    const outcome = await build(world)
    expect(outcome).toMatchObject({ code: 2, stderr: expect.stringContaining(message) })
    expect(outcome.stdout).toMatch(/service-b .*failed/)
    expect(outcome.stdout).toMatch(/service-d .*stored now/)
    expect(writes(world.emulator)).toHaveLength(1)
  })

  it('that another run stored in the meantime stays, and this run succeeds', async context => {
    const world = await zipWorld(context)
    const commit = await world.git(['rev-parse', 'HEAD'])
    world.emulator.inject({
      operation: 'PutObject',
      kind: 'delay',
      times: 1,
      action: async () => void (await world.waybill('build', {}, { cwd: await anotherClone(world) })),
    })
    expect(await build(world)).toMatchObject({ code: 0, stderr: '' })
    expect(writes(world.emulator)).toHaveLength(2)
    expect(await readObject(world, `builds/service-b-${commit}.zip`)).toBeDefined()
  })
})

describe.concurrent('uncommitted changes', () => {
  const hostile =
    '[status]\n  showUntrackedFiles = no\n  relativePaths = true\n  renames = copies\n[diff]\n  ignoreSubmodules = all\n  renames = copies\n[core]\n  quotePath = true\n[color]\n  ui = always\n'

  it.for<[string, (world: World) => Promise<unknown>, string]>([
    ['a changed file', world => writeFiles(world.clone, { 'services/service-b/main.txt': 'x' }), 'main.txt'],
    [
      'a new file',
      world => writeFiles(world.clone, { 'services/service-b/new é': 'x' }),
      '"services/service-b/new \\u{e9}"',
    ],
    ['a removed file', world => rm(join(world.clone, 'services/service-b/main.txt')), 'main.txt'],
    [
      'an executable bit',
      world => chmod(join(world.clone, 'services/service-b/main.txt'), 0o755),
      'main.txt',
    ],
    [
      'an executable bit, which git was told not to trust,',
      async world => {
        await world.git(['config', 'core.fileMode', 'false'])
        await chmod(join(world.clone, 'services/service-b/main.txt'), 0o755)
      },
      'main.txt',
    ],
    [
      'a link that is a file, as git was told links are,',
      async world => {
        await world.git(['config', 'core.symlinks', 'false'])
        await rm(join(world.clone, 'services/service-b/link'))
        await world.git(['checkout', '--', 'services/service-b/link'])
      },
      'service-b/link',
    ],
    [
      'another commit in a submodule',
      async ({ git, clone }) => {
        const vendor = join(clone, 'services/service-b/vendor')
        await git(['commit', '--quiet', '--allow-empty', '--message', 'more'], vendor)
      },
      'vendor',
    ],
    [
      'a staged rename',
      world => world.git(['mv', 'services/service-b/main.txt', 'elsewhere.txt']),
      'main.txt',
    ],
    [
      'a change in a submodule',
      world => writeFiles(world.clone, { 'services/service-b/vendor/file': 'x' }),
      'vendor',
    ],
    [
      'a changed file that git was told to overlook',
      async world => {
        await world.git(['update-index', '--assume-unchanged', 'services/service-b/main.txt'])
        await writeFiles(world.clone, { 'services/service-b/main.txt': 'x' })
      },
      'main.txt',
    ],
    [
      'a file that a sparse checkout left out',
      async world => world.git(['sparse-checkout', 'set', '--no-cone', '/*', '!main.txt']),
      'main.txt',
    ],
  ])('%s in the inputs: refused, whatever git is configured to', async ([, change, shown], context) => {
    const world = await zipWorld(context)
    const vendor = join(world.clone, 'services/service-b/vendor')
    await writeFiles(vendor, { file: '1' })
    await world.git(['init', '--quiet'], vendor)
    await world.git(['add', 'file'], vendor)
    await world.git(['commit', '--quiet', '--message', 'vendor'], vendor)
    await symlink('main.txt', join(world.clone, 'services/service-b/link'))
    await world.commit({})
    await change(world)
    await writeFile(join(world.folder, 'gitconfig'), hostile)
    const outcome = await build(world)
    expect(outcome).toMatchObject({ code: 3, stderr: expect.stringContaining('uncommitted changes') })
    expect(outcome.stderr).toContain(shown)
    expect(writes(world.emulator)).toEqual([])
  })

  it('elsewhere do not matter', async context => {
    const world = await zipWorld(context)
    await writeFiles(world.clone, {
      'README.md': 'x',
      'services/other/new.txt': 'x',
      'cdktf/environments.json.orig': 'x',
    })
    await world.git(['add', 'README.md'])
    expect(await build(world)).toMatchObject({ code: 0, stderr: '' })
  })

  it('of a service that is not committed at all are reported as such', async context => {
    const world = await zipWorld(context)
    await writeFiles(world.clone, { ...zipService('service-x'), '.git/info/exclude': 'services/service-x\n' })
    const outcome = await build(world)
    expect(outcome.code).toBe(2)
    expect(outcome.stderr).toContain('service-x is not in the commit')
    expect(writes(world.emulator)).toEqual([])
  })
})

describe.concurrent('inputs that match no file', () => {
  it.for([
    ['a typo', 'shraed/**'],
    ["a folder's brackets", 'services/service-b/app/[id]/**'],
  ] as const)(
    '%s: the glob is named, nothing old passes as up to date, and other services are built',
    async ([, glob], context) => {
      const inputs = ['services/service-b/main.txt', 'services/service-b/service.json', glob]
      const files = {
        ...zipService('service-b', { inputs }),
        ...zipService('service-d'),
        'services/service-b/app/[id]/page.txt': '1',
      }
      const world = await makeWorld({ onFinished: context.onTestFinished, repositories: [], files })
      for (const options of [{}, {}, { DRY_RUN: '1' }] as Record<string, string>[]) {
        const outcome = await build(world, options)
        expect(outcome).toMatchObject({ code: 2, stderr: expect.stringContaining(`"${glob}"`) })
      }
      const commit = await world.git(['rev-parse', 'HEAD'])
      expect(await readObject(world, `builds/service-d-${commit}.zip`)).toBeDefined()
      expect(await readObject(world, `builds/service-b-${commit}.zip`)).toBeUndefined()
      const doctor = await world.waybill('doctor')
      expect(doctor.stdout).toContain(`"${glob}"`)
      expect(doctor.code).toBe(2)
    },
  )

  it('are not released either, although an artifact is stored for the source commit', async context => {
    const world = await zipWorld(context)
    const config = JSON.parse(await readFile(join(world.clone, 'services/service-b/service.json'), 'utf8'))
    const inputs = ['services/service-b/**', 'shraed/**']
    const commit = await world.commit({
      'services/service-b/service.json': JSON.stringify({ ...config, inputs }),
    })
    const { s3 } = clientsFor(world.emulator)
    await s3.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: `builds/service-b-${commit}.zip`,
        Body: 'x',
        ChecksumAlgorithm: 'SHA256',
      }),
    )
    const outcome = await world.waybill('release', { SERVICE: 'b', VERSION: '1.0.0' })
    expect(outcome).toMatchObject({ code: 2, stderr: expect.stringContaining('"shraed/**" matches no file') })
  })
})

/** A clone in which a submodule of service-b was not checked out, and the two folders of it. */
async function withSubmodule(world: World) {
  const library = join(world.folder, 'library')
  await world.git(['init', '--quiet', library], world.folder)
  await writeFiles(library, { 'code.txt': '1' })
  await world.git(['add', '.'], library)
  await world.git(['commit', '--quiet', '--message', 'library'], library)
  const allowed = ['-c', 'protocol.file.allow=always']
  await world.git([...allowed, 'submodule', '--quiet', 'add', library, 'services/service-b/vendor'])
  await world.commit({})
  const cwd = await anotherClone(world)
  return {
    cwd,
    fetch: () => world.git([...allowed, 'submodule', 'update', '--quiet', '--init', '--recursive'], cwd),
  }
}

describe.concurrent('inputs that the clone did not fetch', () => {
  const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n'

  it('a submodule that is not checked out: refused with the command that fetches it, and other services are built', async context => {
    const world = await zipWorld(context, undefined, zipService('service-d'))
    const { cwd, fetch } = await withSubmodule(world)
    const outcome = await build(world, {}, { cwd })
    expect(outcome).toMatchObject({ code: 3, stderr: expect.stringContaining('services/service-b/vendor') })
    expect(outcome.stderr).toContain('git submodule update --init --recursive')
    expect(writes(world.emulator)).toEqual([expect.stringContaining('service-d')])
    await fetch()
    expect(await build(world, {}, { cwd })).toMatchObject({ code: 0 })
    expect(writes(world.emulator)).toEqual([expect.stringContaining('service-b')])
  })

  it.for<[string, Record<string, string>, string[], string, string]>([
    [
      'a pointer of git-lfs',
      {
        '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n',
        'services/service-b/model.bin': pointer,
      },
      [],
      'services/service-b/model.bin',
      'git lfs pull',
    ],
    [
      'a file that git-crypt has encrypted',
      {
        '.gitattributes': '*.key filter=git-crypt diff=git-crypt\n',
        'services/service-b/a.key': '\0GITCRYPT\0...',
      },
      [],
      'services/service-b/a.key',
      'git-crypt unlock',
    ],
    [
      'line ends that this clone converts',
      { '.gitattributes': '*.bat text eol=crlf\n', 'services/service-b/run.bat': 'echo\n' },
      ['-c', 'core.autocrlf=true'],
      'services/service-b/main.txt',
      'core.autocrlf false',
    ],
  ])(
    '%s: refused with the command that brings the file',
    async ([, files, config, path, remedy], context) => {
      const world = await zipWorld(context)
      await world.commit(files)
      const cwd = join(world.folder, 'other')
      await world.git(['clone', '--quiet', ...config, world.remote, cwd], world.folder)
      const outcome = await build(world, {}, { cwd })
      expect(outcome).toMatchObject({ code: 3, stderr: expect.stringContaining(remedy) })
      expect(outcome.stderr).toContain(path)
      expect(outcome.stderr).not.toContain('run.bat')
      expect(writes(world.emulator)).toEqual([])
    },
  )

  it('do not matter elsewhere, and neither does a file that only looks like a pointer', async context => {
    const world = await zipWorld(context)
    const files = {
      '.gitattributes': '*.bin filter=lfs\n',
      'a.bin': pointer,
      'services/service-b/a.txt': pointer,
    }
    await world.commit(files)
    expect(await build(world)).toMatchObject({ code: 0 })
  })
})

describe.concurrent('a build that changes inputs', () => {
  const shared = (name: string, command: string) =>
    zipService(name, {
      inputs: [`services/${name}/**`, 'shared/**'],
      build: { command: `${command}; mkdir dist && cp ../../shared/x main.txt dist`, output: 'dist' },
    })
  const changes: [string, string, string][] = [
    ['a tracked file', 'echo y >../../shared/x', 'shared/x'],
    ['a new file that is not ignored', 'echo y >../../shared/new', 'shared/new'],
    [
      'a tracked file that git is then told to overlook',
      'echo y >../../shared/x; git update-index --assume-unchanged ../../shared/x',
      'shared/x',
    ],
  ]

  it.for(changes)(
    '%s: nothing is built from it, and the service is named',
    async ([, command, path], context) => {
      const files = {
        ...shared('service-b', command),
        ...shared('service-d', 'true'),
        ...zipService('service-e'),
        'shared/x': 'x',
      }
      const world = await makeWorld({ onFinished: context.onTestFinished, repositories: [], files })
      const outcome = await build(world)
      expect(outcome.code).toBe(3)
      expect(outcome.stderr).toContain(`changed while service-b was built: ${path}`)
      expect(outcome.stderr).toContain('the inputs of service-d changed')
      expect(writes(world.emulator)).toEqual([expect.stringContaining('builds/service-e-')])
    },
  )

  it('by checking out another commit: nothing more is built', async context => {
    const build_ = { command: 'git checkout --quiet HEAD^; mkdir dist; cp main.txt dist', output: 'dist' }
    const world = await zipWorld(context, build_, zipService('service-d'))
    await world.commit({ 'README.md': 'x' })
    const outcome = await build(world)
    expect(outcome).toMatchObject({ code: 3, stderr: expect.stringContaining('while service-b was built') })
    expect(outcome.stderr).toContain('another commit is checked out: the build of service-d')
    expect(writes(world.emulator)).toEqual([])
  })

  it('of services that are not built now is none of their business', async context => {
    const world = await zipWorld(context, {
      command: 'echo y >../../README.md; mkdir dist; cp main.txt dist',
      output: 'dist',
    })
    expect(await build(world)).toMatchObject({ code: 0 })
  })
})

describe.concurrent('an image', () => {
  it('of an ECS service is an index with attestations, that of a Lambda a single manifest; both name their commit', async context => {
    const files = {
      ...imageService('service-a'),
      ...imageService('service-c', { kind: 'lambda-image', repository: 'team/c' }),
    }
    const { world, env } = await dockerWorld(context, files, ['service-a-image', 'team/c'])
    await world.git(['config', 'remote.origin.url', 'https://me:hidden-pass%40w@github.com/acme/shop.git'])
    const commit = await world.git(['rev-parse', 'HEAD'])
    const { builds } = await built(world, { env })
    expect(builds).toMatchObject([
      { artifact: `service-a-image:${commit}`, result: 'created' },
      { artifact: `team/c:${commit}`, result: 'created' },
    ])
    const index = await readImage(world, 'service-a-image', commit)
    expect(index?.digest).toBe(builds[0]?.digest)
    const { mediaType, manifests } = JSON.parse(index?.manifest ?? '{}')
    expect(mediaType).toBe(mediaTypes.ociIndex)
    expect(manifests.map(({ platform }: { platform: { os: string } }) => platform.os)).toEqual([
      'linux',
      'unknown',
    ])
    const lambda = JSON.parse((await readImage(world, 'team/c', commit))?.manifest ?? '{}')
    expect(lambda).toMatchObject({ layers: expect.any(Array) })
    expect(lambda.manifests).toBeUndefined()
    const labels = await labelsOf(world, 'team/c', lambda.config.digest)
    expect(labels).toMatchObject({
      'org.opencontainers.image.revision': commit,
      'org.opencontainers.image.title': 'service-c',
      'org.opencontainers.image.source': 'https://github.com/acme/shop',
    })
    expect(JSON.stringify(labels)).not.toContain('hidden-pass')

    await built(world, { env })
    expect(writes(world.emulator)).toEqual([])
    expect(operations(world.emulator)).toEqual(['BatchGetImage', 'BatchGetImage'])
  })

  it('is built from the stage, with the arguments and secrets that service.json names; docker is told where a secret is, not what', async context => {
    const dockerfile = `FROM scratch AS files
ARG CHANNEL
COPY main.txt /out/$CHANNEL.txt
FROM scratch AS runtime
ARG CHANNEL
COPY --from=files /out/ /app/
ENV CHANNEL=$CHANNEL
FROM runtime AS debug
ENV DEBUG=1
`
    const how = {
      target: 'runtime',
      args: { CHANNEL: { variable: 'JOBS_CHANNEL' } },
      secrets: { npm: { variable: 'NPM_TOKEN' } },
      cacheFrom: ['type=local,src=/nowhere'],
    }
    const files = {
      ...imageService('service-a', { kind: 'lambda-image', build: how }),
      'services/service-a/Dockerfile': dockerfile,
    }
    const { world, env } = await dockerWorld(context, files, ['service-a-image'])
    const [docker, seen] = [join(world.folder, 'bin', 'docker'), join(world.folder, 'seen')]
    await rename(docker, `${docker}-itself`)
    await writeFile(docker, `#!/bin/sh\necho "$@" >>${seen}\nexec ${docker}-itself "$@"\n`)
    await chmod(docker, 0o755)
    const unset = await build(world, {}, { env: { ...env, JOBS_CHANNEL: 'beta' } })
    expect(unset.stderr).toContain('build.secrets.npm is the value of NPM_TOKEN, which is not set')
    const commit = await world.git(['rev-parse', 'HEAD'])
    await built(world, { env: { ...env, JOBS_CHANNEL: 'beta', NPM_TOKEN: 'hidden' } })
    const { config } = JSON.parse((await readImage(world, 'service-a-image', commit))?.manifest ?? '{}')
    expect(await configOf(world, 'service-a-image', config.digest)).toMatchObject({
      config: { Env: ['CHANNEL=beta'] },
      rootfs: { diff_ids: [expect.any(String)] },
    })
    const said = await readFile(seen, 'utf8')
    expect(said).toContain('--target runtime --build-arg CHANNEL=beta --secret id=npm,env=NPM_TOKEN')
    expect(said).not.toContain('hidden')
  })

  it('that another run pushed in the meantime stays, and this run succeeds', async context => {
    const { world, env } = await dockerWorld(context, imageService('service-a'), ['service-a-image'])
    const commit = await world.git(['rev-parse', 'HEAD'])
    const other = sampleImage('pushed by another run')
    world.emulator.inject({
      operation: ({ operation, path }) => operation === 'registry:PutManifest' && path.endsWith(commit),
      kind: 'delay',
      times: 1,
      action: async () => void (await world.storeImage('service-a', commit, other)),
    })
    const { builds } = await built(world, { env })
    expect(builds).toMatchObject([{ digest: other.digest, result: 'created' }])
    expect((await readImage(world, 'service-a-image', commit))?.digest).toBe(other.digest)
  })

  it('cannot be built without an engine, and zips can', async context => {
    const files = { ...imageService('service-a'), ...zipService('service-b') }
    const { world, env } = await dockerWorld(context, files, ['service-a-image'])
    const asleep = await build(world, {}, { env: { ...env, STAND_IN_DOCKER: 'no-engine' } })
    expect(asleep).toMatchObject({ code: 2, stderr: expect.stringContaining('no Docker engine is running') })
    expect(asleep.stderr).toContain('Is the docker daemon running?')
    expect(writes(world.emulator)).toEqual([])

    const bare = join(world.folder, 'bare')
    await mkdir(bare)
    for (const program of ['git', 'sh', 'bash', 'mkdir', 'cp', 'rm']) {
      const { stdout } = await run('sh', ['-c', `command -v ${program}`], {
        cwd: world.folder,
        env: world.env,
      })
      await symlink(stdout.trim(), join(bare, program))
    }
    const none = await build(world, {}, { env: { PATH: bare } })
    expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining('no Docker engine is running') })
    expect(none.stderr).toMatch(/docker.*not found/)
    expect(writes(world.emulator)).toEqual([])
    expect(await build(world, { SERVICE: 'b' }, { env: { PATH: bare } })).toMatchObject({
      code: 0,
      stderr: '',
    })
  })

  it('that docker claims to have pushed, but that is not stored, is a failure', async context => {
    const { world, env } = await dockerWorld(context, imageService('service-a'), ['service-a-image'])
    await writeFile(
      join(world.folder, 'bin', 'docker'),
      '#!/bin/sh\n[ "$1" = login ] && cat > /dev/null\nexit 0\n',
    )
    const outcome = await build(world, {}, { env })
    expect(outcome.code).not.toBe(0)
    expect(outcome.stderr).toContain('is not stored')
  })

  it("whose Dockerfile is wrong: 2, and docker's own words are shown", async context => {
    const files = {
      ...imageService('service-a'),
      'services/service-a/Dockerfile': 'FROM scratch\nCOPY nowhere.txt /x\n',
    }
    const { world, env } = await dockerWorld(context, files, ['service-a-image'])
    const before = await remoteState(world)
    const outcome = await build(world, { JSON: '1' }, { env, process: true })
    expect(outcome).toMatchObject({ code: 2, stderr: expect.stringContaining('nowhere.txt') })
    expect(outcome.stderr).toContain('the image of service-a was not built')
    expect(JSON.parse(outcome.stdout)).toMatchObject({ error: { exitCode: 2 } })
    expect(await remoteState(world)).toBe(before)
  })
})

describe.concurrent('a link out of the repository', () => {
  it.for([
    ['in place of service.json', 'services/service-b/service.json', 'service.json is behind a link'],
    ['in place of environments.json', 'cdktf/environments.json', 'environments.json is behind a link'],
  ] as const)('%s is not followed', async ([, path, message], context) => {
    const world = await zipWorld(context)
    const outside = join(world.folder, 'outside.json')
    await writeFile(outside, await readFile(join(world.clone, path), 'utf8'))
    await rm(join(world.clone, path))
    await symlink(outside, join(world.clone, path))
    await world.commit({})
    expect(await build(world)).toMatchObject({ code: 2, stderr: expect.stringContaining(message) })
    expect(writes(world.emulator)).toEqual([])
  })

  it.for([
    ['Dockerfile', {}],
    ['context', { build: { context: 'services/service-a/context' } }],
  ] as const)('in place of the %s of an image is not followed', async ([name, more], context) => {
    const { world, env } = await dockerWorld(context, imageService('service-a', more), ['service-a-image'])
    const path = join(world.clone, 'services/service-a', name)
    await writeFiles(world.folder, { 'outside/main.txt': 'x', 'outside/Dockerfile': 'FROM scratch\n' })
    await rm(path, { force: true })
    await symlink(join(world.folder, name === 'context' ? 'outside' : 'outside/Dockerfile'), path)
    await world.commit({})
    const outcome = await build(world, {}, { env })
    expect(outcome).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('outside the repository, behind a link'),
    })
    expect(writes(world.emulator)).toEqual([])
  })
})

it("signs docker in without touching the user's own configuration, which still serves other registries", async () => {
  const { world, env } = await dockerWorld({ onTestFinished }, imageService('service-a'), ['service-a-image'])
  const users = join(world.folder, 'docker')
  const config = JSON.stringify({ auths: { 'example.com': { auth: 'eDp5' } }, credsStore: 'desktop' })
  await writeFiles(users, { 'config.json': config, 'cli-plugins/docker-extra': '#!/bin/sh\n' })
  // What docker sees, when it builds.
  const docker = join(world.folder, 'bin', 'docker')
  await rename(docker, `${docker}-itself`)
  const seen = join(world.folder, 'seen')
  await writeFiles(join(world.folder, 'bin'), {
    docker: `#!/bin/sh\n[ "$2" = build ] && cp -RL "$DOCKER_CONFIG" ${seen} && echo "$DOCKER_CONFIG" >${seen}/folder\nexec ${docker}-itself "$@"\n`,
  })
  expect(await build(world, {}, { env })).toMatchObject({ code: 0 })
  expect(await readFile(join(users, 'config.json'), 'utf8')).toBe(config)
  const own = JSON.parse(await readFile(join(seen, 'config.json'), 'utf8'))
  const [host = ''] = Object.keys(own.credHelpers)
  expect(own).toMatchObject({ credsStore: 'desktop', credHelpers: { [host]: '' } })
  expect(Object.keys(own.auths).toSorted()).toEqual(['example.com', host].toSorted())
  expect(await readFile(join(seen, 'cli-plugins/docker-extra'), 'utf8')).toBe('#!/bin/sh\n')
  await expect(readFile((await readFile(join(seen, 'folder'), 'utf8')).trim())).rejects.toThrow('ENOENT')
})

it('of two services in one repository is refused', async () => {
  const files = {
    ...imageService('service-a', { repository: 'shared' }),
    ...imageService('service-c', { repository: 'shared' }),
  }
  const world = await makeWorld({ files, repositories: ['shared'] })
  expect(await build(world)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('service-a and service-c share the repository shared'),
  })
})

/** The labels in an image's configuration. */
async function labelsOf(world: World, repository: string, digest: string): Promise<Record<string, string>> {
  return (await configOf(world, repository, digest)).config.Labels
}

/** An image's configuration, read over the registry API. */
async function configOf(
  world: World,
  repository: string,
  digest: string,
): Promise<{ config: { Labels: Record<string, string> } }> {
  const answer = await clientsFor(world.emulator).ecr.send(new GetAuthorizationTokenCommand({}))
  const token = answer.authorizationData?.[0]?.authorizationToken
  const headers = { authorization: `Basic ${token}` }
  const blob = await fetch(`${world.emulator.url}/v2/${repository}/blobs/${digest}`, { headers })
  return (await blob.json()) as { config: { Labels: Record<string, string> } }
}
