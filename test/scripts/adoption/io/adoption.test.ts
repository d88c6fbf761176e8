import { chmod, mkdtemp, readFile, rm, unlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { writtenFile } from '../../../../scripts/adoption/written.ts'
import { parseEnvironments } from '../../../../scripts/catalogue/environments.ts'
import type { InitAnswer } from '../../../../scripts/cli/answers/adoption/init.ts'
import type { UpgradeAnswer } from '../../../../scripts/cli/answers/adoption/upgrade.ts'
import { runCommand } from '../../../support/commands.ts'
import { bareEnvironment, projectRoot, run } from '../../../support/run.ts'
import { writeFiles } from '../../../support/world.ts'

const answers = {
  ACCOUNT: '111111111111',
  REGION: 'eu-central-1',
  ENVIRONMENTS: 'staging:222222222222,prod:333333333333',
  REPOSITORY: 'acme/parcels',
  SERVICES: 'all',
}
const labels = { 'services/labels/pyproject.toml': '[project]\n', 'services/labels/main.py': 'x = 1\n' }
const quotes = { 'services/quotes/Dockerfile': 'FROM scratch\n', 'services/quotes/go.mod': 'module quotes\n' }

/** A repository with these files, committed, and what runs in it. */
async function repository(files: Record<string, string> = { ...labels, ...quotes }) {
  const root = await mkdtemp(join(tmpdir(), 'waybill-adoption-'))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  const clone = join(root, 'clone')
  const env = {
    ...bareEnvironment(root),
    GIT_AUTHOR_NAME: 'Test',
    GIT_AUTHOR_EMAIL: 'test@example.com',
    GIT_COMMITTER_NAME: 'Test',
    GIT_COMMITTER_EMAIL: 'test@example.com',
  }
  const git = async (...args: string[]) => {
    const { code, stdout, stderr } = await run('git', args, { cwd: clone, env })
    if (code !== 0) throw new Error(stderr)
    return stdout.trim()
  }
  await writeFiles(clone, { 'README.md': '', ...files })
  await git('init', '--quiet', '-b', 'trunk')
  const commit = async () => {
    await git('add', '--all')
    await git('commit', '--quiet', '--allow-empty', '-m', 'Change')
  }
  await commit()
  return {
    clone,
    git,
    commit,
    read: (path: string) => readFile(join(clone, path), 'utf8'),
    write: (more: Record<string, string>) => writeFiles(clone, more),
    start: (name: string, options: Record<string, string> = {}, cwd = clone) =>
      runCommand(name, { cwd, env: { ...env, ...options } }),
    async json<Answer>(name: string, options: Record<string, string> = {}): Promise<Answer> {
      const outcome = await runCommand(name, { cwd: clone, env: { ...env, JSON: '1', ...options } })
      if (outcome.code !== 0) throw new Error(outcome.stderr)
      return JSON.parse(outcome.stdout)
    },
  }
}

it('init writes at most 20 files, which name only what the package has, and changes nothing the second time', async () => {
  const { json, git, read, commit } = await repository()
  const planned = await json<InitAnswer>('init', { ...answers, DRY_RUN: '1' })
  expect(await git('status', '--porcelain')).toBe('')
  const { files, services } = await json<InitAnswer>('init', answers)
  expect(files.map(({ path }) => path)).toEqual(planned.files.map(({ path }) => path))
  expect(files.length).toBeLessThanOrEqual(20)
  expect(new Set(files.map(({ result }) => result))).toEqual(new Set(['created']))
  expect(services).toEqual(['labels', 'quotes'])
  const source = { name: 'environments.json', remedy: '' }
  const { releaseBranches } = parseEnvironments(await read('cdktf/environments.json'), source)
  expect(releaseBranches).toEqual(['trunk'])
  const texts = await Promise.all(
    files.filter(({ path }) => path.startsWith('.github/')).map(one => read(one.path)),
  )
  const all = texts.join('\n')
  expect(all).not.toMatch(
    /acme\/waybill|\.ts\b|make -f|@main\b|(?<!node_modules\/waybill\/)\.github\/scripts\/run/,
  )
  const named = [...all.matchAll(/node_modules\/waybill\/(?:dist\/)?([\w./-]+)/g)].map(
    ([, path = '']) => path,
  )
  expect(named.length).toBeGreaterThan(10)
  for (const path of new Set(named)) await readFile(join(projectRoot, path.replace(/\.js$/, '.ts')))
  await commit()
  const again = await json<InitAnswer>('init')
  expect(new Set(again.files.map(({ result }) => result))).toEqual(new Set(['already done']))
  expect(await git('status', '--porcelain')).toBe('')
})

it('doctor finds the workflows right', async () => {
  const { json, start } = await repository()
  await json('init', answers)
  const { stdout } = await start('doctor', { JSON: '1' })
  const checks = JSON.parse(stdout).checks as { title: string; state: string; detail: string }[]
  const ofFiles = checks.filter(({ title }) => /^(environments|services|workflow|build|rollout)/.test(title))
  expect(ofFiles.map(({ title, state }) => [title, state])).toEqual(
    [
      'environments.json',
      'services',
      'workflow calls',
      'workflow branch',
      'build branches',
      'workflow environments',
      'rollout times',
    ].map(title => [title, 'ok']),
  )
})

it('init overwrites nothing: it adds lines where that is safe, and shows the rest', async () => {
  const own = {
    '.github/workflows/build.yml': 'name: ours\n',
    CODEOWNERS: '* @acme/all\r\n',
    Makefile: 'all:\n\techo all\n',
    'scripts/deploy.sh': '#!/bin/sh\n',
    'cdktf/main.ts': 'ours\n',
    'cdktf/environments.json': '{ "ours": true }\n',
    'pnpm-lock.yaml': '',
  }
  const { start, read } = await repository({ ...labels, ...own })
  const { code, stdout } = await start('init', answers)
  expect(code).toBe(0)
  expect(stdout).toContain('.github/workflows/build.yml: left')
  expect(stdout).toContain('      name: build')
  for (const path of [
    '.github/workflows/build.yml',
    'scripts/deploy.sh',
    'cdktf/main.ts',
    'cdktf/environments.json',
  ] as const)
    expect(await read(path)).toBe(own[path])
  expect(await read('CODEOWNERS')).toMatch(
    /^\* @acme\/all\r\n\r\n# waybill.*\r\n\/cdktf\/pins\/prod\/ @acme\r\n/,
  )
  expect(await read('Makefile')).toBe(`${own.Makefile}\ninclude node_modules/waybill/waybill.mk\n`)
  expect(await read('.github/actions/waybill/action.yml')).toContain('pnpm install --frozen-lockfile')
})

it('init leaves a Makefile alone whose targets have the names of commands, and says what to call', async () => {
  const { start, read } = await repository({ Makefile: 'build:\n\ttrue\n' })
  const { stdout } = await start('init', { ...answers, SERVICES: 'none' })
  expect(stdout).toContain('npx waybill <command>')
  expect(await read('Makefile')).toBe('build:\n\ttrue\n')
})

it.each([
  ['init-answers', {}, { SERVICES: 'all' }, 'ACCOUNT is missing'],
  ['init-answers', {}, { ...answers, ACCOUNT: '1' }, 'not 12 digits'],
  ['init-answers', {}, { ...answers, SERVICES: 'nothing' }, 'there is no service "nothing"'],
  ['init-packages', { '.pnp.cjs': '' }, answers, 'Plug'],
  ['init-copied', { 'scripts/cli/command.ts': '', 'cdktf/main.ts': '' }, answers, 'git rm'],
])('init says %s', async (error, files, options, said) => {
  const { start, git } = await repository(files)
  const { code, stderr } = await start('init', { ...options, JSON: '' })
  expect(code).toBe(2)
  expect(stderr).toContain(error)
  expect(stderr).toContain(said)
  expect(await git('status', '--porcelain')).toBe('')
})

it.each([
  ['trunk', [], 'trunk'],
  ['the branch on which it is set up', ['branch -m main', 'checkout -q -b set-up'], 'main'],
  ['no branch', ['branch -m master', 'checkout -q --detach'], 'master'],
  [
    'a clone',
    [
      'branch -m set-up',
      'update-ref refs/remotes/origin/next HEAD',
      'symbolic-ref refs/remotes/origin/HEAD refs/remotes/origin/next',
    ],
    'next',
  ],
])(
  'init on %s takes the branch that releases come from, also from a folder of the repository',
  async (_, commands, branch) => {
    const { git, start, read, clone } = await repository()
    for (const command of commands) await git(...command.split(' '))
    const { code } = await start('init', { ...answers, SERVICES: 'none' }, join(clone, 'services'))
    expect(code).toBe(0)
    expect(JSON.parse(await read('cdktf/environments.json')).releaseBranches).toEqual([branch])
    expect(await read('.github/workflows/release.yml')).toContain(`.yml@${branch}\n`)
  },
)

it('init says what to do without a commit, and installs with what the lock file is of', async () => {
  const { clone, git, start, read, write } = await repository()
  await git('checkout', '-q', '--orphan', 'empty')
  expect(await start('init', answers)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Commit something first.'),
  })
  await git('checkout', '-q', 'trunk')
  await write({ 'bun.lock': '{}' })
  const { stdout } = await start('init', { ...answers, SERVICES: 'none', DRY_RUN: '1' })
  expect(stdout).toContain('The workflows know no bun')
  await write({ 'yarn.lock': '# yarn lockfile v1\n' })
  expect(await start('init', { ...answers, SERVICES: 'none' })).toMatchObject({ code: 0 })
  expect(await read('.github/actions/waybill/action.yml')).toContain(
    'yarn install --frozen-lockfile --ignore-scripts --production',
  )
  expect(await readFile(join(clone, writtenFile), 'utf8')).toContain('"packages": "yarn-1"')
})

it('init adds no lines to a file with changes that are not committed, and needs a git repository', async () => {
  const { start, write, read, clone } = await repository({ Makefile: 'all:\n' })
  await write({ Makefile: 'all: x\n' })
  const refused = await start('init', { ...answers, SERVICES: 'none' })
  expect(refused).toMatchObject({ code: 3, stderr: expect.stringContaining('Makefile has changes') })
  await expect(read(writtenFile)).rejects.toThrow()
  await rm(join(clone, '.git'), { recursive: true })
  expect(await start('init', answers)).toMatchObject({ code: 2 })
})

/** What an older version would have written: no last line in any file, and another second one. */
async function makeOlder({ read, write }: Awaited<ReturnType<typeof repository>>, version = '0.0.9') {
  const written = JSON.parse(await read(writtenFile))
  const paths = Object.keys(written.files)
  for (const path of paths) {
    const [first, second, ...rest] = written.files[path]
    const older = [first, `${second} # older`, ...rest.slice(0, -2), '']
    written.files[path] = older
    await write({ [path]: older.join('\n') })
  }
  await write({ [writtenFile]: `${JSON.stringify({ ...written, version }, null, 2)}\n` })
  return paths
}

it('upgrade brings every file to the new version, and loses no change in any of them', async () => {
  const world = await repository()
  await world.json('init', answers)
  const newest = new Map<string, string>()
  for (const path of Object.keys(JSON.parse(await world.read(writtenFile)).files))
    newest.set(path, await world.read(path))
  const paths = await makeOlder(world)
  for (const path of paths) {
    const lines = (await world.read(path)).split('\n')
    await world.write({ [path]: [...lines.slice(0, 4), '# ours', ...lines.slice(4)].join('\r\n') })
  }
  const environments = await world.read('cdktf/environments.json')
  await world.commit()
  const { files, from, changes } = await world.json<UpgradeAnswer>('upgrade')
  expect(from).toBe('0.0.9')
  expect(changes).toContain('## 0.1.0')
  expect(new Set(files.map(({ result }) => result))).toEqual(new Set(['merged']))
  for (const [path, text] of newest) {
    const lines = text.split('\n')
    expect(await world.read(path)).toBe([...lines.slice(0, 4), '# ours', ...lines.slice(4)].join('\r\n'))
  }
  expect(await world.read('cdktf/environments.json')).toBe(environments)
  await world.commit()
  const again = await world.json<UpgradeAnswer>('upgrade')
  expect(new Set(again.files.map(({ result }) => result))).toEqual(new Set(['already done']))
  expect(await world.git('status', '--porcelain')).toBe('')
})

it('upgrade changes nothing where git cannot merge', async () => {
  const world = await repository()
  await world.json('init', answers)
  await makeOlder(world)
  const path = '.github/workflows/build.yml'
  await world.write({ [path]: `${await world.read(path)}# ours\n` })
  await world.commit()
  const bin = join(world.clone, '..', 'bin')
  const broken = `#!/bin/sh\ncase "$*" in *merge-file*) exit 255;; esac\nPATH="\${PATH#*:}"\nexec git "$@"\n`
  await writeFiles(bin, { git: broken })
  await chmod(join(bin, 'git'), 0o755)
  const { code } = await world.start('upgrade', { PATH: `${bin}:${process.env.PATH}` })
  expect(code).not.toBe(0)
  expect(await world.git('status', '--porcelain')).toBe('')
})

it('upgrade marks a conflict as git does, brings back no file, and refuses what is newer or unknown', async () => {
  const world = await repository()
  expect(await world.start('upgrade')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('upgrade-no-init'),
  })
  await world.json('init', answers)
  await makeOlder(world)
  const path = '.github/workflows/build.yml'
  await world.write({ [path]: (await world.read(path)).replace('# older', '# ours') })
  await unlink(join(world.clone, '.github/workflows/check.yml'))
  const dirty = await world.start('upgrade')
  await world.commit()
  const { code, stderr } = await world.start('upgrade')
  expect(code).toBe(3)
  expect(stderr).toContain(`changed here and in Waybill: ${path}`)
  expect(await world.read(path)).toMatch(
    /<{7} yours\n.* # ours\n\|{7} waybill 0\.0\.9\n.*\n={7}\n.*\n>{7} waybill /,
  )
  await expect(world.read('.github/workflows/check.yml')).rejects.toThrow()
  // None of the files was committed then.
  expect(dirty).toMatchObject({ code: 3, stderr: expect.stringContaining('init-uncommitted') })
  await world.write({
    [writtenFile]: (await world.read(writtenFile)).replace(/"version": ".*"/, '"version": "99.0.0"'),
  })
  const newer = await world.start('upgrade')
  expect(newer).toMatchObject({ code: 3, stderr: expect.stringContaining('waybill@99.0.0') })
})

it('upgrade says which files of a copy to delete, and changes none', async () => {
  const { start, git } = await repository({ 'scripts/cli/command.ts': '', 'cdktf/main.ts': '' })
  const { code, stderr } = await start('upgrade')
  expect(code).toBe(2)
  expect(stderr).toContain('init-copied')
  expect(stderr).toMatch(/git rm .*\n.*npx waybill init/)
  expect(await git('status', '--porcelain')).toBe('')
})

it('upgrade brings the files, and then says what to write where the configuration is not valid', async () => {
  const world = await repository()
  await world.json('init', answers)
  await makeOlder(world)
  const environments = JSON.parse(await world.read('cdktf/environments.json'))
  environments.environments.staging.cluter = 'shared'
  environments.environments.prod.network = { vpc: 'vpc-0a1b2c' }
  await world.write({ 'cdktf/environments.json': JSON.stringify(environments) })
  await world.commit()
  const { code, stdout, stderr } = await world.start('upgrade')
  expect(code).toBe(2)
  expect(stdout).toContain('.github/workflows/build.yml: replaced')
  expect(stderr).toContain('environments.staging: Unrecognized key: "cluter" (did you mean "cluster"?)')
  expect(stderr).toContain('environments.prod.network.subnets')
  expect(stderr).toContain('docs/schemas/environments.schema.json')
  await world.commit()
  expect(await world.start('upgrade')).toMatchObject({
    code: 2,
    stdout: expect.stringContaining('Nothing is new'),
  })
})

it('upgrade keeps the line ends of what it replaces, and leaves a file of that name that is not Waybill’s', async () => {
  const world = await repository({ ...labels, '.github/workflows/build.yml': 'name: ours\n' })
  await world.json('init', answers)
  await makeOlder(world)
  const path = '.github/workflows/check.yml'
  await world.write({ [path]: (await world.read(path)).replaceAll('\n', '\r\n') })
  await world.commit()
  for (const results of [
    ['replaced', 'left'],
    ['already done', 'left'],
  ]) {
    const { files } = await world.json<UpgradeAnswer>('upgrade')
    const result = (of: string) => files.find(one => one.path === of)?.result
    expect([result(path), result('.github/workflows/build.yml')]).toEqual(results)
    expect(await world.read('.github/workflows/build.yml')).toBe('name: ours\n')
    expect(Object.keys(JSON.parse(await world.read(writtenFile)).files)).not.toContain(
      '.github/workflows/build.yml',
    )
    await world.commit()
  }
  expect(await world.read(path)).toMatch(/^(.*\r\n)+$/)
})
