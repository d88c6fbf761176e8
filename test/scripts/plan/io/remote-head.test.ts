import { mkdir, rename, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { awsAccess } from '../../../../scripts/aws/access.ts'
import { systemClock } from '../../../../scripts/cli/io/clock.ts'
import type { CommitSha } from '../../../../scripts/names/commit.ts'
import { differsFromRemote, requireRemoteHead } from '../../../../scripts/plan/io/remote-head.ts'
import { openProject, type Project } from '../../../../scripts/project/io/project.ts'
import type { Context } from '../../../support/pins.ts'
import { makeWorld, type World, writeFiles, zipService } from '../../../support/world.ts'
import { service } from '../../samples.ts'

const own = 'services/service-b/service.json'
const files = {
  ...zipService('service-b'),
  ...zipService('service-c'),
  'cdktf/stacks/own.ts': 'export const own = 1\n',
  'cdktf/pins/staging/service-b.json': '{}\n',
  'scripts/own.ts': 'export const own = 1\n',
  'package.json': '{}\n',
  'shared/stack.ts': 'export const shared = 1\n',
  '.gitignore': 'dist\ncdktf.out\n.terraform*\n*.local.ts\n.DS_Store\nnode_modules\n',
}
const changed = '{"kind": "lambda-zip", "build": {"output": "dist"}, "settings": {"memory": 1024}}\n'

type Compared = { world: World; project: Project; head: CommitSha; differing(): Promise<string[]> }

function opened({ clone, env }: World, folder = clone): Promise<Project> {
  const aws = awsAccess({}, { timeoutMs: 1000, isProcess: false })
  return openProject({ folder, environment: env, aws, clock: systemClock })
}

async function committed({ onTestFinished }: Context): Promise<Compared> {
  const world = await makeWorld({ files, onFinished: onTestFinished })
  const project = await opened(world)
  const head = (await world.git(['rev-parse', 'HEAD'])) as CommitSha
  const differing = () => differsFromRemote(project, head, [service('service-b')])
  expect(await differing()).toEqual([])
  return { world, project, head, differing }
}

describe.concurrent('a work tree differs from the remote', () => {
  it.for(['--assume-unchanged', '--skip-worktree'])(
    'in a file that git overlooks: %s',
    async (flag, context) => {
      const { world, project, head } = await committed(context)
      await world.git(['update-index', flag, own])
      await writeFiles(world.clone, { [own]: changed })
      expect(await world.git(['status', '--porcelain'])).toBe('')
      await expect(requireRemoteHead(project, head, [service('service-b')])).rejects.toMatchObject({
        code: 'work-tree-differs',
        cause: `files that define the stacks differ: ${own}`,
      })
    },
  )

  it('in a file whose changes a filter hides', async context => {
    const { world, differing } = await committed(context)
    await writeFiles(world.clone, { '.git/info/attributes': `${own} filter=hide\n` })
    await world.git(['config', 'filter.hide.clean', `git show HEAD:${own}`])
    await writeFiles(world.clone, { [own]: changed })
    await world.git(['add', own])
    expect(await world.git(['status', '--porcelain'])).toBe('')
    expect(await differing()).toEqual([own])
  })

  it.for<[string, string]>([
    ['untracked', 'cdktf/stacks/new.ts'],
    ['untracked, whatever its name', 'scripts/notes'],
    ['ignored: the lock file', 'cdktf/.terraform.lock.hcl'],
    ['ignored: a module', 'scripts/own.local.ts'],
    ['ignored: a package that shadows another', 'cdktf/node_modules/cdktf/index.js'],
  ])('in a file that is %s', async ([, path], context) => {
    const { world, differing } = await committed(context)
    await writeFiles(world.clone, { [path]: 'x\n' })
    expect(await differing()).toEqual([path])
  })

  it('in a repository inside it, and in a link to a folder of packages', async context => {
    const { world, differing } = await committed(context)
    await world.git(['init', '--quiet', 'cdktf/inner'])
    await symlink('/nowhere', join(world.clone, 'scripts/node_modules'))
    expect((await differing()).toSorted()).toEqual(['cdktf/inner', 'scripts/node_modules'])
  })

  it.for<[string, string]>([
    ['a commit that was not pushed', 'commit'],
    ['what is staged', 'add'],
  ])('in a new file of %s', async ([, how], context) => {
    const { world, differing } = await committed(context)
    await writeFiles(world.clone, { 'cdktf/stacks/more.local.ts': 'x\n' })
    await world.git(['add', '--force', 'cdktf/stacks/more.local.ts'])
    if (how === 'commit') await world.git(['commit', '--quiet', '--message', 'More'])
    expect(await differing()).toEqual(['cdktf/stacks/more.local.ts'])
  })

  it('in a submodule that is at another commit or was changed', async context => {
    const { world } = await committed(context)
    const url = world.remote
    await world.git(['-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', url, 'cdktf/sub'])
    const head = (await world.commit({}, 'Add a submodule')) as CommitSha
    const project = await opened(world)
    expect(await differsFromRemote(project, head, [])).toEqual([])
    await writeFiles(world.clone, { 'cdktf/sub/package.json': '{"type": "module"}' })
    expect(await differsFromRemote(project, head, [])).toEqual(['cdktf/sub'])
    await world.git(['-C', 'cdktf/sub', 'commit', '--quiet', '--all', '--message', 'Change it'])
    expect(await differsFromRemote(project, head, [])).toEqual(['cdktf/sub'])
  })

  it('in files that are gone, and in package.json, which Node reads', async context => {
    const { world, differing } = await committed(context)
    await rm(join(world.clone, 'scripts/own.ts'))
    await rm(join(world.clone, own))
    await writeFiles(world.clone, { 'package.json': '{"imports": {"#x": "./x.js"}}\n' })
    expect((await differing()).toSorted()).toEqual(['package.json', 'scripts/own.ts', own])
  })

  it('in a file that became a link, and in a committed link that leads out of what is compared', async context => {
    const { world, differing } = await committed(context)
    await rename(join(world.clone, own), join(world.folder, 'elsewhere.json'))
    await symlink(join(world.folder, 'elsewhere.json'), join(world.clone, own))
    expect(await differing()).toEqual([own])
    await rm(join(world.clone, own))
    await world.git(['checkout', '--', own])
    await symlink('own.ts', join(world.clone, 'cdktf/stacks/inside.ts'))
    await symlink('../../shared/stack.ts', join(world.clone, 'cdktf/stacks/outside.ts'))
    await world.git(['add', '--all'])
    await world.git(['commit', '--quiet', '--message', 'Link'])
    const project = await opened(world)
    const head = (await world.git(['rev-parse', 'HEAD'])) as CommitSha
    expect(await differsFromRemote(project, head, [])).toEqual(['cdktf/stacks/outside.ts'])
  })
})

describe.concurrent('a work tree does not differ', () => {
  it('in what defines no stack of these services', async context => {
    const { world, differing } = await committed(context)
    await writeFiles(world.clone, {
      'services/service-c/service.json': '{}',
      'services/service-b/main.txt': 'x',
      'cdktf/pins/staging/service-b.json': '{"tag": "x"}',
      'cdktf/pins/staging/new.json': '{}',
      'cdktf/.terraform/providers.json': '{}',
      'cdktf/.DS_Store': 'x',
      'README.md': 'x',
    })
    await mkdir(join(world.clone, 'cdktf/empty'))
    expect(await differing()).toEqual([])
  })

  it('in a second work tree of the clone', async context => {
    const { world, head } = await committed(context)
    await world.git(['worktree', 'add', '--quiet', '--detach', '../second'])
    const folder = join(world.folder, 'second')
    const project = await opened(world, folder)
    expect(await differsFromRemote(project, head, [service('service-b')])).toEqual([])
    await writeFiles(folder, { [own]: changed })
    expect(await differsFromRemote(project, head, [service('service-b')])).toEqual([own])
  })
})
