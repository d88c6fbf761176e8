import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bareEnvironment, type Outcome, projectRoot, run } from '../../../support/run.ts'
import { everything } from '../../../support/sample.ts'

// Follows docs/adding-a-kind.md, and does nothing else, in a copy of this repository.

let copy: string
describe.runIf(everything)('a new kind', () => {
  beforeAll(async () => {
    copy = await mkdtemp(join(tmpdir(), 'waybill-kind-'))
    const copied = ['scripts', 'cdktf', 'test', 'package.json', 'tsconfig.json', 'vitest.config.ts']
    await Promise.all(copied.map(name => cp(join(projectRoot, name), join(copy, name), { recursive: true })))
    await symlink(join(projectRoot, 'node_modules'), join(copy, 'node_modules'))
    // Only what a new kind can break.
    await editJson('tsconfig.json', { include: ['scripts', 'cdktf', 'test/scripts/kinds'] })
    const [first, ...rest] = await blocks()
    // Only the kind's own file and its row in the table of kinds, so that the compiler must find the rest missing.
    await write(first)
    await write(rest[0])
  })
  afterAll(() => rm(copy, { recursive: true, force: true }))

  it('does not compile without a mover, a stack or a stand', async () => {
    const { code, stdout } = await runThere('tsc', '--pretty', 'false')
    expect(code).not.toBe(0)
    const missed = [...stdout.matchAll(/^(\S+?)\(\d+,\d+\): error .*'nowhere'/gm)].map(match => match[1])
    expect([...new Set(missed)].toSorted()).toEqual([
      'cdktf/stacks/all.ts',
      'scripts/kinds/io/movers.ts',
      'test/scripts/kinds/io/stands/all.ts',
    ])
  })

  it('passes the contract suite with its own files and four rows', async () => {
    for (const block of (await blocks()).slice(2)) await write(block)
    const types = await runThere('tsc', '--pretty', 'false')
    expect(types.stdout).toBe('')
    const suite = ['test/scripts/kinds/io/contract.test.ts', 'test/rooms.test.ts']
    const { stdout, stderr } = await runThere('vitest', 'run', ...suite, '--reporter', 'json')
    const report = JSON.parse(stdout) as Report
    const all = report.testResults.flatMap(file => file.assertionResults)
    expect(
      // What a kind cannot do, such as dividing the traffic, is skipped.
      all.filter(({ status }) => status !== 'passed' && status !== 'skipped'),
      stderr,
    ).toEqual([])
    const contractOf = (kind: string) =>
      all.filter(one => one.ancestorTitles.includes(`the mover of ${kind}`)).map(({ title }) => title)
    expect(contractOf('ecs-service')).toContain('looks again after a lost answer')
    expect(contractOf('nowhere')).toEqual(contractOf('ecs-service'))
    const aboutIt = all.filter(({ title }) => title === 'scripts/kinds/nowhere/kind.ts')
    expect(aboutIt.map(({ ancestorTitles }) => ancestorTitles[0])).toEqual(
      expect.arrayContaining([
        'a room imports only from itself and the rooms below it',
        'code outside io/ is pure',
      ]),
    )
  })

  it('synthesizes a stack for a service of the new kind', async () => {
    const digest = '1'.repeat(64)
    const pin = { tag: 'service-n-v1.0.0', commit: 'c'.repeat(40), sha256: digest }
    const place = { account: '111111111111', region: 'eu-central-1' }
    const files = {
      'cdktf/environments.json': {
        artifacts: { ...place, bucket: 'acme-artifacts' },
        environments: { staging: place },
      },
      'services/service-n/service.json': { kind: 'nowhere', build: { command: 'make', output: 'dist' } },
      'cdktf/pins/staging/service-n.json': pin,
    }
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(copy, path)), { recursive: true })
      await writeFile(join(copy, path), JSON.stringify(content))
    }
    const { code, stderr } = await run(process.execPath, ['cdktf/main.ts'], {
      cwd: copy,
      env: bareEnvironment(copy),
    })
    expect(stderr).toBe('')
    expect(code).toBe(0)
    const stack = await readFile(join(copy, 'cdktf.out/stacks/service-n-staging/cdk.tf.json'), 'utf8')
    expect(JSON.parse(stack).output.applied.value).toEqual({
      kind: 'nowhere',
      tag: pin.tag,
      revision: pin.tag,
    })
  })
})

async function editJson(file: string, change: object): Promise<void> {
  const before = JSON.parse(await readFile(join(copy, file), 'utf8'))
  await writeFile(join(copy, file), JSON.stringify({ ...before, ...change }))
}

type Block = { readonly language: string; readonly file: string; readonly text: string }

async function blocks(): Promise<Block[]> {
  const page = await readFile(join(projectRoot, 'docs', 'adding-a-kind.md'), 'utf8')
  const found = page.matchAll(/^```(ts|diff) file=(\S+)\n([\s\S]*?)^```$/gm)
  return [...found].map(([, language = '', file = '', text = '']) => ({ language, file, text }))
}

async function write(block: Block | undefined): Promise<void> {
  if (block === undefined) throw new Error('docs/adding-a-kind.md has fewer blocks than this test knows')
  const path = join(copy, block.file)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, block.language === 'ts' ? block.text : patched(await readFile(path, 'utf8'), block))
}

/** Applies a diff whose hunks are existing lines (with a space) followed by added lines (with a plus). */
function patched(text: string, { file, text: diff }: Block): string {
  return diff.split(/^@@\n/m).reduce((before, hunk) => {
    const lines = hunk.trimEnd().split('\n')
    const there = lines.filter(line => line.startsWith(' ')).map(line => line.slice(1))
    const found = `${there.join('\n')}\n`
    if (!before.includes(found)) throw new Error(`${file} has no ${found}`)
    return before.replace(found, () => `${lines.map(line => line.slice(1)).join('\n')}\n`)
  }, text)
}

function runThere(program: string, ...args: string[]): Promise<Outcome> {
  const file = join(copy, 'node_modules', '.bin', program)
  return run(file, args, { cwd: copy, env: { ...bareEnvironment(copy), CI: '1' } })
}

type Report = {
  readonly testResults: readonly { readonly assertionResults: readonly TestResult[] }[]
}
type TestResult = {
  readonly ancestorTitles: readonly string[]
  readonly title: string
  readonly status: string
}
