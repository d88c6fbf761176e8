import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { CreateRepositoryCommand } from '@aws-sdk/client-ecr'
import { CreateBucketCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3'
import { onTestFinished } from 'vitest'
import { clientsFor } from '../emulator/clients.ts'
import { type Emulator, type EmulatorOptions, startEmulator } from '../emulator/emulator.ts'
import { pushImage, type SampleImage, sampleImage } from '../emulator/sample-image.ts'
import type { OnFinished } from './cleanup.ts'
import { runAsProcess, runCommand } from './commands.ts'
import { ask } from './helper.ts'
import { bareEnvironment, type Outcome } from './run.ts'
import { fromTemplate } from './templates.ts'

/** A repository with services, its bare remote, and an AWS to release to; gone when the test has finished. */
export type World = {
  /** A temporary folder that holds all of it. */
  folder: string
  clone: string
  remote: string
  emulator: Emulator
  env: Record<string, string>
  /** Runs git in a folder, the clone when none is named; a failure is thrown with what git said. */
  git(args: readonly string[], folder?: string): Promise<string>
  /**
   * Runs a command of Waybill in the clone: `waybill('pin', { ENV: 'staging' })`. What it prints with JSON=1 is checked
   * against the published schema.
   */
  waybill(command: string, options?: Record<string, string>, extra?: Extra): Promise<Outcome>
  /** The same with `JSON=1`, parsed; a failure is thrown. */
  json<T>(command: string, options?: Record<string, string>, extra?: Extra): Promise<T>
  /** Writes files, commits them, pushes the branch and answers the commit. */
  commit(files: Record<string, string>, message?: string, push?: boolean): Promise<string>
  /** Puts an image where the build of a service at a commit would put it. */
  storeImage(service: string, commit: string, image?: SampleImage): Promise<SampleImage>
}

/**
 * `process`: as a process of its own, for what depends on signals, streams or credentials of a machine, and to see what
 * docker and a service's own build print: they write to the stderr of the process itself.
 */
type Extra = { cwd?: string; env?: Record<string, string>; process?: boolean }

export const bucket = 'acme-artifacts'
const account = '111111111111'
const region = 'eu-central-1'

/** The environments.json of every world. */
export const environmentsJson = {
  releaseBranches: ['main', 'hotfix/*'],
  artifacts: { account, region, bucket },
  environments: {
    staging: { account: '222222222222', region, deploy: 'auto' },
    prod: { account: '333333333333', region, deploy: 'manual', preReleases: false },
  },
}

/** The files of an image service, by path. */
export function imageService(name: string, more: Record<string, unknown> = {}): Record<string, string> {
  const folder = `services/${name}`
  return {
    [`${folder}/service.json`]: JSON.stringify({ kind: 'ecs-service', inputs: [`${folder}/**`], ...more }),
    [`${folder}/Dockerfile`]: 'FROM scratch\nCOPY main.txt /main.txt\nCMD ["/main"]\n',
    [`${folder}/main.txt`]: `${name} 1\n`,
  }
}

/** The files of a zip service, by path. */
export function zipService(name: string, more: Record<string, unknown> = {}): Record<string, string> {
  const folder = `services/${name}`
  const build = { command: 'mkdir dist && cp main.txt dist/', output: 'dist' }
  return {
    [`${folder}/service.json`]: JSON.stringify({
      kind: 'lambda-zip',
      inputs: [`${folder}/**`],
      build,
      ...more,
    }),
    [`${folder}/main.txt`]: `${name} 1\n`,
  }
}

/** What a world is made of; all has a default. */
export type WorldOptions = {
  files?: Record<string, string>
  emulator?: EmulatorOptions
  /** Repositories of images; `service-a-image` by default. */
  repositories?: string[]
  /** Takes what cleans up: the hook of a test that runs beside others, or of a whole file; that of this test by default. */
  onFinished?: OnFinished
}

/** Makes a world with `service-a` (an image) and `service-b` (a zip), or with the files given, committed and pushed. */
export async function makeWorld(options: WorldOptions = {}): Promise<World> {
  const { onFinished = onTestFinished, repositories = ['service-a-image'] } = options
  const folder = await mkdtemp(join(tmpdir(), 'waybill-test-'))
  onFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
  const emulator = await startEmulator({ region, account, ...options.emulator })
  onFinished(() => emulator.close())
  const world = assemble(folder, emulator)
  const files = initialFiles(options.files ?? { ...imageService('service-a'), ...zipService('service-b') })
  await Promise.all([placeRepository(world, files), prepareStores(emulator, repositories)])
  return world
}

async function placeRepository(world: World, files: Record<string, string>): Promise<void> {
  await fromTemplate(files, world.folder, async folder => {
    const { git, commit, clone, remote } = repository(folder, bareEnvironment(folder))
    await writeFile(join(folder, 'gitconfig'), gitConfig)
    await git(['init', '--quiet', '--bare', remote], folder)
    await git(['init', '--quiet', clone], folder)
    await git(['remote', 'add', 'origin', remote])
    await commit(files)
  })
  // The copies are other files to git, which it would otherwise take for changed ones here and there.
  await world.git(['update-index', '-q', '--refresh'])
}

const gitConfig = `[user]
  name = Test
  email = test@example.com
[init]
  defaultBranch = main
  templateDir =
[safe]
  directory = *
[gc]
  auto = 0
`

function initialFiles(files: Record<string, string>): Record<string, string> {
  return { 'cdktf/environments.json': JSON.stringify(environmentsJson), '.gitignore': 'dist\n', ...files }
}

/** Makes the artifact bucket, versioned, and some immutable repositories. */
export async function prepareStores(emulator: Emulator, repositories: string[]): Promise<void> {
  const { s3 } = clientsFor(emulator)
  await s3.send(
    new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: { LocationConstraint: region } }),
  )
  const VersioningConfiguration = { Status: 'Enabled' } as const
  await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }))
  await Promise.all(repositories.map(name => createRepository(emulator, name)))
}

/** Makes an immutable repository. */
async function createRepository(emulator: Emulator, repositoryName: string): Promise<void> {
  const { ecr } = clientsFor(emulator)
  await ecr.send(new CreateRepositoryCommand({ repositoryName, imageTagMutability: 'IMMUTABLE' }))
}

type Repository = Pick<World, 'clone' | 'remote' | 'git' | 'commit'>

/** The repository of a folder that holds `clone`, `remote.git` and `gitconfig`, or will. */
function repository(folder: string, env: Record<string, string>): Repository {
  const clone = join(folder, 'clone')
  const git: World['git'] = async (args, cwd = clone) => {
    const { code, stdout, stderr } = await ask({ program: 'git', args, cwd, env })
    if (code !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`)
    return stdout.trim()
  }
  const commit: World['commit'] = async (files, message = 'Change something', push = true) => {
    await writeFiles(clone, files)
    await git(['add', '--all'])
    await git(['commit', '--quiet', '--allow-empty', '--message', message])
    if (push) await git(['push', '--quiet', 'origin', 'HEAD'])
    return await git(['rev-parse', 'HEAD'])
  }
  return { clone, remote: join(folder, 'remote.git'), git, commit }
}

/** The world of a folder that holds `clone`, `remote.git` and `gitconfig`, or will. */
export function assemble(folder: string, emulator: Emulator): World {
  const env = { ...bareEnvironment(folder), ...emulator.env }
  const own = repository(folder, env)
  const { clone } = own
  const waybill: World['waybill'] = (command, { COMMIT, ...variables } = {}, extra = {}) =>
    (extra.process ? runAsProcess : runCommand)(command, {
      cwd: extra.cwd ?? clone,
      env: { ...env, ...extra.env, ...variables },
      // The only option that is not read from the environment.
      words: COMMIT === undefined ? [] : [`COMMIT=${COMMIT}`],
    })
  return {
    ...own,
    folder,
    emulator,
    env,
    waybill,
    async json(command, variables = {}, extra = {}) {
      const outcome = await waybill(command, { ...variables, JSON: '1' }, extra)
      if (outcome.code !== 0) throw new Error(`${command} ended with ${outcome.code}: ${outcome.stderr}`)
      return JSON.parse(outcome.stdout)
    },
    async storeImage(service, commit, image = sampleImage(`${service} ${commit}`)) {
      await pushImage(clientsFor(emulator).ecr, `${service}-image`, image, commit)
      return image
    },
  }
}

/** Writes files below a folder; `#!` makes one executable. */
export async function writeFiles(folder: string, files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
    if (text.startsWith('#!')) await chmod(join(folder, path), 0o755)
  }
}
