import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')

/** The folders whose files a file of a folder may import, beside packages. */
const allowed: Record<string, string[]> = {
  'scripts/core': ['scripts/core'],
  'scripts/adapters': ['scripts/adapters', 'scripts/core'],
  'scripts/cli': ['scripts/cli', 'scripts/core'],
  scripts: ['scripts/core', 'scripts/adapters', 'scripts/cli'],
  'cdktf/stacks': ['cdktf', 'cdktf/stacks', 'scripts/core'],
  cdktf: ['cdktf', 'cdktf/stacks', 'scripts/core'],
}

/** The packages that pure code may use: they compute, and touch neither file, clock, process nor network. */
const purePackages = ['fflate', 'picomatch', 'semver', 'zod']

describe.each(Object.entries(allowed))('%s', (folder, targets) => {
  it.each(filesOf(folder))('%s imports only what its layer may', file => {
    const local = importsOf(file).filter(name => name.startsWith('.'))
    const folders = local.map(name => dirname(relative(root, join(root, dirname(file), name))))
    expect(folders.filter(one => !targets.includes(one))).toEqual([])
  })
})

it.each(filesOf('scripts/core'))('%s is pure', file => {
  const packages = importsOf(file).filter(name => !name.startsWith('.'))
  expect(packages.filter(name => !purePackages.includes(name.split('/')[0] ?? ''))).toEqual([])
  const code = readFileSync(join(root, file), 'utf8').replace(/\/\*\*[\s\S]*?\*\//g, '')
  expect(code).not.toMatch(
    /\bprocess\b|\bDate\.now\b|new Date\(\)|\bMath\.random\b|\bfetch\(|\bperformance\b|\bconsole\b/,
  )
})

it.each([...filesOf('scripts'), ...filesOf('scripts/adapters'), ...filesOf('scripts/core')])(
  '%s leaves argv, the environment and the exit code to scripts/cli',
  file => {
    const code = readFileSync(join(root, file), 'utf8')
    expect(code).not.toMatch(/\bprocess\.(env|argv|exit|exitCode)\b/)
  },
)

const synth = ['cdktf', 'cdktf/stacks'].flatMap(filesOf)

it.each(synth.filter(file => file !== 'cdktf/main.ts'))(
  '%s leaves argv, the environment and the exit code to cdktf/main.ts',
  file => {
    expect(readFileSync(join(root, file), 'utf8')).not.toMatch(/\bprocess\./)
  },
)

const ofCdktf = /^(?:cdktf|constructs|@cdktf)(?:\/|$)/

it('two files name the packages of CDKTF, so that moving to its successor is two lines', () => {
  const all = [...synth, ...['scripts', 'scripts/adapters', 'scripts/cli', 'scripts/core'].flatMap(filesOf)]
  const naming = all.filter(file => importsOf(file).some(name => ofCdktf.test(name)))
  expect(naming.toSorted()).toEqual(['cdktf/aws.ts', 'cdktf/cdk.ts'])
})

it('the provider is imported by deep path only: the whole of it takes seconds and 750 MB', () => {
  const names = importsOf('cdktf/aws.ts').filter(name => ofCdktf.test(name))
  expect(names.length).toBeGreaterThan(0)
  for (const name of names) expect(name).toMatch(/^@cdktf\/provider-aws\/lib\/[a-z0-9-]+\/index\.js$/)
})

it('AWS clients are imported only when a command needs them', () => {
  const files = ['scripts', 'scripts/adapters', 'scripts/cli', 'scripts/core'].flatMap(filesOf)
  const eager = files.filter(file =>
    /^import (?!type\b)[^'"]*['"]@aws-sdk\//m.test(readFileSync(join(root, file), 'utf8')),
  )
  expect(eager).toEqual([])
})

function filesOf(folder: string): string[] {
  const entries = readdirSync(join(root, folder), { withFileTypes: true })
  return entries
    .filter(entry => entry.isFile() && entry.name.endsWith('.ts'))
    .map(entry => `${folder}/${entry.name}`)
}

function importsOf(file: string): string[] {
  const code = readFileSync(join(root, file), 'utf8')
  const found = code.matchAll(
    /^(?:import|export)\b[^'"]*?from\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)|^import\s+['"]([^'"]+)['"]/gm,
  )
  return [...found].map(match => (match[1] ?? match[2] ?? match[3]) as string)
}
