import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it, onTestFinished } from 'vitest'
import type { Stop } from '../../../../scripts/build/io/history/deep.ts'
import { findSourceCommits, findSources } from '../../../../scripts/build/io/source-commit.ts'
import { inputsMatcher } from '../../../../scripts/catalogue/inputs.ts'
import { parseServiceConfig } from '../../../../scripts/catalogue/service-config.ts'
import { type Git, openGit } from '../../../../scripts/git/io/git.ts'
import type { CommitSha } from '../../../../scripts/names/commit.ts'
import type { ServiceName } from '../../../../scripts/names/service-name.ts'
import { type ModelCommit, type ModelFile, writeHistory } from '../../../support/history.ts'
import { bareEnvironment, run } from '../../../support/run.ts'
import { everyCase } from '../../../support/sample.ts'

const histories = everyCase ? 20 : 10

const inputs: Record<string, string[] | undefined> = {
  own: ['services/own/**'],
  shared: ['services/shared/**', 'lib/**', '!lib/docs/**'],
  whole: undefined,
  types: ['services/types/*.txt', '**/*.lock', 'odd/**'],
}
const services = Object.entries(inputs).map(([name, globs]) => ({
  service: name as ServiceName,
  config: parseServiceConfig(
    JSON.stringify({ kind: 'lambda-zip', build: { command: 'true', output: 'dist' }, inputs: globs }),
    { name: 'service.json', remedy: '' },
  ),
}))

const declarations = Object.keys(inputs).map(name => `services/${name}/service.json`)
const paths = [
  ...declarations,
  'services/own/main.txt',
  'services/own/deep/er/file',
  'services/shared/main.txt',
  'services/types/a.txt',
  'services/types/a.json',
  'lib/code',
  'lib/docs/readme',
  'top.lock',
  'README.md',
  'cdktf/pins/staging/own.json',
  'cdktf/pins/prod/whole.json',
  'odd/with space "and quotes"\\',
  'odd/\nline break',
  '\nservices/own/not-own',
  'odd/tab\tand \u00e9\u{1f600}',
  'odd/-option',
  'zz:(glob)**',
]

const file: fc.Arbitrary<ModelFile> = fc.oneof(
  fc.record({
    mode: fc.constantFrom('100644', '100755', '120000'),
    content: fc.constantFrom('1', '2', '3'),
  }),
  fc.record({
    mode: fc.constant('160000' as const),
    content: fc.constantFrom('1'.repeat(40), '2'.repeat(40)),
  }),
)

/** What a commit does: which of the commits before it are its parents, what it takes from them, what it changes itself. */
const step = fc.record({
  // Mostly one parent; a merge of two; an octopus of three; seldom a root of its own.
  parents: fc.oneof(
    { weight: 4, arbitrary: fc.tuple(fc.nat(1)) },
    { weight: 4, arbitrary: fc.tuple(fc.nat(1), fc.nat(6)) },
    { weight: 2, arbitrary: fc.tuple(fc.nat(1), fc.nat(6), fc.nat(6)) },
  ),
  taken: fc.subarray(paths),
  changed: fc.array(fc.tuple(fc.constantFrom(...paths), fc.option(file, { freq: 3 })), { maxLength: 3 }),
  renamed: fc.option(fc.tuple(fc.constantFrom(...paths), fc.constantFrom(...paths)), { freq: 6 }),
})

const root = new Map<string, ModelFile>(declarations.map(path => [path, { mode: '100644', content: '1' }]))

/** The commits that steps make; a number counts back from the newest commit, so parents always exist. */
function play(
  steps: readonly (typeof step extends fc.Arbitrary<infer Step> ? Step : never)[],
): ModelCommit[] {
  const commits: ModelCommit[] = [{ parents: [], tree: root }]
  for (const { parents: back, taken, changed, renamed } of steps) {
    const parents = [...new Set(back.map(number => Math.max(0, commits.length - 1 - number)))]
    const [first, ...others] = parents.map(parent => commits[parent] as ModelCommit)
    const tree = new Map(first?.tree)
    for (const other of others) for (const path of taken) put(tree, path, other.tree.get(path))
    for (const [path, content] of changed) put(tree, path, content ?? undefined)
    if (renamed !== null) {
      put(tree, renamed[1], tree.get(renamed[0]))
      put(tree, renamed[0], undefined)
    }
    commits.push({ parents, tree })
  }
  return commits
}

function put(tree: Map<string, ModelFile>, path: string, content: ModelFile | undefined): void {
  if (content !== undefined) tree.set(path, content)
  else if (!declarations.includes(path)) tree.delete(path)
}

const hostile = `[diff]
  renames = copies
  noprefix = true
  orderFile = /nowhere/order
  ignoreSubmodules = all
  relative = true
  external = false
  mnemonicPrefix = true
  algorithm = histogram
  submodule = log
[log]
  showSignature = true
  showRoot = false
  follow = true
  diffMerges = off
  date = relative
  decorate = full
[core]
  quotePath = true
  ignoreCase = true
  abbrev = 4
[color]
  ui = always
[status]
  showUntrackedFiles = no
[format]
  pretty = fuller
[i18n]
  logOutputEncoding = latin1
`

async function temporary(): Promise<{ folder: string; env: Record<string, string> }> {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-history-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
  return { folder, env: bareEnvironment(folder) }
}

async function git(folder: string, env: Record<string, string>, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await run('git', args, { cwd: folder, env })
  if (code !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`)
  return stdout
}

/** A service's inputs at a commit as git lists them: mode, object and path of each. */
async function inputsAt(folder: string, env: Record<string, string>, commit: string) {
  const entries = (await git(folder, env, 'ls-tree', '-r', '-z', commit)).split('\0').filter(Boolean)
  return new Map(
    services.map(({ service, config }) => {
      const matches = inputsMatcher(service, config)
      const mine = entries.filter(entry => matches(entry.slice(entry.indexOf('\t') + 1)))
      return [service, createHash('sha256').update(mine.join('\0')).digest('hex')]
    }),
  )
}

it('in any history, whatever git is configured to, the source commit has the inputs of the commit, and is the newest that changed them', async () => {
  const { folder, env } = await temporary()
  let round = 0
  let merges = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 14 }),
      fc.boolean(),
      async (steps, isHostile) => {
        const clone = join(folder, String(round++))
        await git(folder, env, 'init', '--quiet', '--initial-branch=main', clone)
        await writeHistory(clone, env, play(steps))
        if (isHostile) await writeFile(env.GIT_CONFIG_GLOBAL as string, hostile)
        else await rm(env.GIT_CONFIG_GLOBAL as string, { force: true })
        const chain = (await git(clone, env, 'rev-list', '--first-parent', 'main')).trim().split('\n')
        merges += Number(await git(clone, env, 'rev-list', '--count', '--merges', 'main'))
        const trees = await Promise.all(chain.map(commit => inputsAt(clone, env, commit)))
        const repository = await openGit(clone, env)
        for (const [start, commit] of chain.entries()) {
          const found = await findSourceCommits(repository, services, commit as CommitSha)
          for (const { service } of services) {
            const at = chain.indexOf(found.get(service) as string)
            expect(trees[at]?.get(service)).toBe(trees[start]?.get(service))
            // Nothing between changed them; the one that is found did.
            const same = trees
              .slice(start)
              .findIndex(tree => tree.get(service) !== trees[start]?.get(service))
            expect(at).toBe(same === -1 ? chain.length - 1 : start + same - 1)
          }
        }
        await rm(clone, { recursive: true, force: true })
      },
    ),
    { numRuns: histories, seed: 20_251_121, endOnFailure: true },
  )
  expect(merges).toBeGreaterThan(histories / 2)
})

// So small that every search soon goes deep.
const tiny = { first: 1, largest: 2, shallow: 1, deep: 2 }

it('in any history a search that stops at releases, or asks git about folders alone, finds what a full one finds', async () => {
  const { folder, env } = await temporary()
  let round = 0
  let asked = 0
  const places = fc.array(fc.record({ commit: fc.nat(20), service: fc.nat(3) }), { maxLength: 6 })
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 14 }),
      places,
      fc.boolean(),
      async (steps, released, isHostile) => {
        const clone = join(folder, String(round++))
        await git(folder, env, 'init', '--quiet', '--initial-branch=main', clone)
        await writeHistory(clone, env, play(steps))
        if (isHostile) await writeFile(env.GIT_CONFIG_GLOBAL as string, hostile)
        else await rm(env.GIT_CONFIG_GLOBAL as string, { force: true })
        const repository = await openGit(clone, env)
        const everywhere = (await git(clone, env, 'rev-list', 'main')).trim().split('\n') as CommitSha[]
        const all = everywhere.flatMap(commit => services.map(one => ({ ...one, commit })))
        const full = await findSources(repository, all)
        const sourceOf = (name: ServiceName, at: CommitSha) =>
          full.get(all.find(({ service, commit }) => service === name && commit === at) as (typeof all)[0])
        // Releases of commits on the line and off it, and one of another repository.
        const elsewhere = 'e'.repeat(40) as CommitSha
        const stops = Map.groupBy(
          released.map(({ commit, service }) => ({
            service: services[service]?.service as ServiceName,
            commit: everywhere[commit % everywhere.length] as CommitSha,
          })),
          ({ service }) => service,
        )
        const ask = async (keys: readonly (typeof all)[number][]) => {
          asked += 1
          const known = (one: (typeof all)[number]): Stop[] => [
            { commit: elsewhere, source: elsewhere },
            ...(stops.get(one.service) ?? []).map(({ service, commit }) => ({
              commit,
              source: sourceOf(service, commit) as CommitSha,
            })),
          ]
          return new Map(keys.map(key => [key, known(key)]))
        }
        for (const wanted of [all, ...everywhere.map(at => all.filter(({ commit }) => commit === at))])
          for (const options of [{ pages: tiny }, { pages: tiny, stops: ask }]) {
            // Anew, since what was read before is not read again.
            const found = await findSources({ ...repository }, wanted, options)
            for (const one of wanted) expect(found.get(one)).toBe(full.get(one))
          }
        await rm(clone, { recursive: true, force: true })
      },
    ),
    { numRuns: histories / 2, seed: 20_251_129, endOnFailure: true },
  )
  expect(asked).toBeGreaterThan(histories)
})

it('finds what changed long ago, on both sides of every page of the history', async () => {
  const { folder, env } = await temporary()
  await git(folder, env, 'init', '--quiet', '--initial-branch=main', 'clone')
  const clone = join(folder, 'clone')
  const length = 1202
  const ages = [0, 1, 199, 200, 201, 999, 1000, 1001, 1200]
  const tree = new Map<string, ModelFile>()
  const commits = Array.from({ length }, (_, index): ModelCommit => {
    const age = length - 1 - index
    if (ages.includes(age)) tree.set(`services/age-${age}/service.json`, { mode: '100644', content: '1' })
    return { parents: index === 0 ? [] : [index - 1], tree: new Map(tree) }
  })
  await writeHistory(clone, env, commits)
  const repository = await openGit(clone, env)
  const aged = ages.map(age => {
    const service = `age-${age}` as ServiceName
    const config = { ...(services[0] as (typeof services)[0]).config, inputs: [`services/${service}/**`] }
    return { service, config }
  })
  const chain = (await git(clone, env, 'rev-list', 'main')).trim().split('\n')
  const found = await findSourceCommits(repository, aged, chain[0] as CommitSha)
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(ages.map(age => [`age-${age}`, chain[age]])))
})

it('ignores a replacement of a commit in this clone', async () => {
  const { folder, env } = await temporary()
  await git(folder, env, 'init', '--quiet', '--initial-branch=main', 'clone')
  const clone = join(folder, 'clone')
  const changed = new Map(root).set('services/own/main.txt', { mode: '100644', content: '2' })
  await writeHistory(clone, env, [
    { parents: [], tree: root },
    { parents: [0], tree: changed },
    { parents: [1], tree: new Map(changed).set('README.md', { mode: '100644', content: '1' }) },
  ])
  const [head, middle, first] = (await git(clone, env, 'rev-list', 'main')).trim().split('\n')
  await git(clone, env, 'replace', middle as string, first as string)
  const found = await findSourceCommits(await openGit(clone, env), services, head as CommitSha)
  expect(found.get('own' as ServiceName)).toBe(middle)
})

it('does not mistake a cut-off answer of git for the end of the history', async () => {
  const { folder, env } = await temporary()
  await git(folder, env, 'init', '--quiet', '--initial-branch=main', 'clone')
  const clone = join(folder, 'clone')
  await writeHistory(clone, env, [{ parents: [], tree: root }])
  const head = (await git(clone, env, 'rev-parse', 'main')).trim() as CommitSha
  const repository = await openGit(clone, env)
  const bin = join(folder, 'bin')
  await mkdir(bin)
  await writeFile(join(bin, 'git'), '#!/bin/sh\nprintf "\\000/%s\\000" "$HALF"\nkill -9 $$\n', {
    mode: 0o755,
  })
  const dying: Git = {
    ...repository,
    run: args => repository.run(args, { environment: { PATH: `${bin}:${env.PATH}`, HALF: head } }),
  }
  await expect(findSourceCommits(dying, services, head)).rejects.toThrow('git')
  expect((await findSourceCommits(repository, services, head)).size).toBe(services.length)
})
