import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { kindNames } from '../scripts/kinds/all.ts'
import { artifactTypeNames } from '../scripts/kinds/kind.ts'

const root = join(import.meta.dirname, '..')

/**
 * The rooms of scripts/, from the ground up: a room imports from itself and from those before it. Above them all stand
 * the commands, scripts/*.ts, each of which loads its own file of the last room. Only `reference`, which documents them,
 * imports them, and that file the types of its options.
 */
const rooms = [
  'base',
  'names',
  'aws',
  'git',
  'strategy',
  'kinds',
  'catalogue',
  'artifacts',
  'project',
  'build',
  'release',
  'promotion',
  'pin',
  'stack',
  'terraform',
  'plan',
  'ledger',
  'rollout',
  'notify',
  'guardian',
  'deploy',
  'prune',
  'access',
  'bootstrap',
  'trace',
  'reconcile',
  'incident',
  'doctor',
  'adoption',
  'cli',
  'reference',
  'commands',
] as const

/** The packages that pure code may use: they compute, and touch neither file, clock, process nor network. */
const purePackages = /^(cli-table3|fflate|node:util|semver|zod)(\/|$)/

const mostFiles = 15
const mostLines = 250
// The commands themselves, whose paths others rely on.
const commandsFolder = 'scripts'

const files = ['scripts', 'cdktf'].flatMap(filesBelow)
const inRooms = files.filter(file => roomOf(file) !== undefined)
const pure = inRooms.filter(file => !isIo(file))

it('every folder of scripts/ is a room', () => {
  const folders = readdirSync(join(root, 'scripts'), { withFileTypes: true }).filter(one => one.isDirectory())
  expect(folders.map(({ name }) => name).toSorted()).toEqual(rooms.toSorted())
})

describe('a room imports only from itself and the rooms below it', () => {
  it.each(inRooms)('%s', file => {
    const room = roomOf(file) as Room
    const below = rooms.slice(0, rooms.indexOf(room) + 1)
    const others = localImports(file).filter(to => !below.includes(roomOf(to) as Room))
    expect(others.filter(to => !isCommand(to) || !mayKnow(file, to))).toEqual([])
  })
})

describe('code outside io/ is pure', () => {
  it.each(pure)('%s', file => {
    expect(localImports(file).filter(to => isIo(to) || isCommand(to))).toEqual([])
    expect(packagesOf(file).filter(name => !purePackages.test(name))).toEqual([])
    expect(codeOf(file)).not.toMatch(
      /\bprocess\b|\bDate\.now\b|new Date\(\)|\bMath\.random\b|\bfetch\(|\bperformance\b|\bconsole\b/,
    )
  })
})

describe('cli/, its io/ included, imports only pure code of the other rooms', () => {
  it.each(inRooms.filter(file => roomOf(file) === 'cli'))('%s', file => {
    expect(localImports(file).filter(to => roomOf(to) !== 'cli' && isIo(to))).toEqual([])
  })
})

it('nothing in scripts/ or cdktf/ imports from test/', () => {
  const importing = files.filter(file =>
    localImports(file).some(to => !to.startsWith('scripts/') && !to.startsWith('cdktf/')),
  )
  expect(importing).toEqual([])
})

describe('cdktf/ imports only pure code', () => {
  it.each(files.filter(file => file.startsWith('cdktf/')))('%s', file => {
    const fromScripts = localImports(file).filter(to => to.startsWith('scripts/'))
    expect(fromScripts.filter(to => isIo(to) || roomOf(to) === undefined)).toEqual([])
  })
})

it('no kind is named outside kinds/ and cdktf/stacks/', () => {
  const elsewhere = files.filter(file => !/^(scripts\/kinds|cdktf\/stacks)\//.test(file))
  const names = [...kindNames, 'ecs', 'lambda'].join('|')
  const kind = new RegExp(`['"\`](?:${names})['"\`]`)
  expect(elsewhere.filter(file => kind.test(codeOf(file)))).toEqual([])
})

it('no artifact type is compared by name outside artifacts/, catalogue/, kinds/ and cdktf/stacks/', () => {
  const elsewhere = files.filter(
    file => !/^(scripts\/(artifacts|catalogue|kinds)|cdktf\/stacks)\//.test(file),
  )
  const compared = new RegExp(
    `[!=]==? ['"\`](?:${artifactTypeNames.join('|')})['"\`]|'(?:digest|sha256)' in `,
  )
  expect(elsewhere.filter(file => compared.test(codeOf(file)))).toEqual([])
})

it(`no folder of scripts/ holds more than ${mostFiles} files, and half of them hold 6 or fewer`, () => {
  const inScripts = files.filter(file => file.startsWith('scripts/'))
  const sizes = [...Map.groupBy(inScripts, file => dirname(file)).entries()]
    .map(([folder, { length }]) => ({ folder, length }))
    .toSorted((a, b) => a.length - b.length)
  expect(sizes.filter(({ folder, length }) => length > mostFiles && folder !== commandsFolder)).toEqual([])
  expect(sizes[Math.floor(sizes.length / 2)]?.length).toBeLessThanOrEqual(6)
})

it(`no file of scripts/ or cdktf/ has more than ${mostLines} lines`, () => {
  const lengths = files.map(file => ({
    file,
    lines: readFileSync(join(root, file), 'utf8').split('\n').length - 1,
  }))
  expect(lengths.filter(({ lines }) => lines > mostLines)).toEqual([])
})

it.each(files.filter(file => !file.startsWith('scripts/cli/io/') && file !== 'cdktf/main.ts'))(
  '%s leaves argv, the environment and the exit code to scripts/cli/io and cdktf/main.ts',
  file => {
    expect(codeOf(file)).not.toMatch(/\bprocess\.(env|argv|exit|exitCode)\b/)
  },
)

const ofCdktf = /^(?:cdktf|constructs|@cdktf)(?:\/|$)/

it('two files import the packages of CDKTF, so that moving to its successor is two lines', () => {
  const naming = files.filter(file => packagesOf(file).some(name => ofCdktf.test(name)))
  expect(naming.toSorted()).toEqual(['cdktf/aws.ts', 'cdktf/cdk.ts'])
})

it('the provider is imported by deep path only: the whole of it takes seconds and 750 MB', () => {
  const names = packagesOf('cdktf/aws.ts').filter(name => ofCdktf.test(name))
  expect(names.length).toBeGreaterThan(0)
  for (const name of names) expect(name).toMatch(/^@cdktf\/provider-aws\/lib\/[a-z0-9-]+\/index\.js$/)
})

it('AWS clients are imported only when a command needs them', () => {
  const eager = files.filter(file => /^import (?!type\b)[^'"]*['"]@aws-sdk\//m.test(codeOf(file)))
  expect(eager).toEqual([])
})

type Room = (typeof rooms)[number]

function roomOf(path: string): Room | undefined {
  return rooms.find(room => path.startsWith(`scripts/${room}/`))
}

function isCommand(path: string): boolean {
  return /^scripts\/[^/]+\.ts$/.test(path)
}

/** Whether a file may import a command: `reference` imports all, and what a command does the types of its options. */
function mayKnow(file: string, command: string): boolean {
  return roomOf(file) === 'reference' || (roomOf(file) === 'commands' && basename(file) === basename(command))
}

function isIo(path: string): boolean {
  return path.includes('/io/') || path.startsWith('scripts/commands/')
}

function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.ts'))
    .map(entry => join(entry.parentPath, entry.name).slice(root.length + 1))
}

function codeOf(file: string): string {
  return readFileSync(join(root, file), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '')
}

function importsOf(file: string): string[] {
  const found = codeOf(file).matchAll(
    /^(?:import|export)\b[^'"]*?from\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)|^import\s+['"]([^'"]+)['"]/gm,
  )
  return [...found].map(match => (match[1] ?? match[2] ?? match[3]) as string)
}

function localImports(file: string): string[] {
  return importsOf(file)
    .filter(name => name.startsWith('.'))
    .map(name => join(dirname(file), name))
}

function packagesOf(file: string): string[] {
  return importsOf(file).filter(name => !name.startsWith('.'))
}
