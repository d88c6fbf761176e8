import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { exportsOf, keepRunning, whatToTry } from './keep.ts'
import { pageOn } from './page.ts'
import { printStep } from './steps.ts'

/** A stream that keeps what is written to it, as lines. */
function stream(columns?: number) {
  let text = ''
  return {
    isTTY: columns !== undefined,
    ...(columns !== undefined && { columns }),
    getColorDepth: () => 1,
    write: (more: string) => {
      text += more
    },
    lines: () => stripVTControlCharacters(text).replaceAll('\r', '').trimEnd().split('\n'),
  }
}

describe('the page of the demo', () => {
  it.each([
    [undefined, 80],
    [100, 100],
    [60, 60],
    [240, 120],
  ])('on a terminal of %s columns is %s wide', (columns, width) => {
    expect(pageOn(stream(columns)).width).toBe(width)
  })

  it.each([
    [
      undefined,
      ['  ✔  1.5 s  make release SERVICE=a VERSION=minor', '              pushed service-a-v1.1.0'],
    ],
    [120, [`  ✔  1.5 s  ${'make release SERVICE=a VERSION=minor'.padEnd(54)}  pushed service-a-v1.1.0`]],
  ])('of %s columns has the outcome of a step where it fits', (columns, lines) => {
    const to = stream(columns)
    const title = 'make release SERVICE=a VERSION=minor'
    printStep(pageOn(to), 'passed', { ms: 1500, title, outcome: 'pushed service-a-v1.1.0' })
    expect(to.lines()).toEqual(lines)
  })

  it('has a list in place of a table that is too wide for it', async () => {
    const to = stream(20)
    await pageOn(to).table(['release', 'digest'], [['service-a-v1.0.0', 'sha256:774436ee2519']])
    expect(to.lines()).toEqual(['release: service-a-v1.0.0', '  digest: sha256:774436ee2519'])
  })
})

describe('make demo KEEP=1', () => {
  const folder = "/tmp/it's here"
  const workspace = { folder, clone: `${folder}/clone` } as Parameters<typeof exportsOf>[0]['workspace']

  it.each([true, false])('says what to try in lines of 80 columns, with deploys: %s', deploys => {
    const lines = whatToTry({ workspace, deploys })
    expect(lines).toEqual(
      expect.arrayContaining([
        `  ${folder}/env.sh`,
        "  cd '/tmp/it'\\''s here/clone'",
        '  . ../env.sh',
        '  make promote TAG=service-a-v1.1.0',
      ]),
    )
    expect(lines.some(line => line.includes('make deploy'))).toBe(deploys)
    expect(lines.filter(line => line.length > 80)).toEqual([])
  })

  it('keeps env.sh in its folder, and prints where that is', async () => {
    const own = await mkdtemp(join(tmpdir(), 'waybill-demo-'))
    onTestFinished(() => rm(own, { recursive: true, force: true }))
    const kept = { folder: own, clone: join(own, 'clone') } as typeof workspace
    const envOf = () => ({ AWS_PROFILE: 'artifacts' })
    const to = stream(120)
    await keepRunning({ workspace: kept, envOf, deploys: false, page: pageOn(to) })
    expect(await readFile(join(own, 'env.sh'), 'utf8')).toBe(exportsOf({ workspace: kept, envOf }))
    expect(to.lines()).toEqual(whatToTry({ workspace: kept, deploys: false }))
    expect(to.lines()).toContain(`  ${join(own, 'env.sh')}`)
  })

  it('writes exports that a shell takes, with this Node first on the path and no credentials of its own', () => {
    const envOf = () => ({ AWS_PROFILE: 'artifacts', TF_REATTACH: '{"a": "b c"}', HOME: '/elsewhere' })
    const script = `${exportsOf({ workspace, envOf })}
      printf '%s|' "$PATH" "$AWS_PROFILE" "$TF_REATTACH" "$HOME" "$AWS_SECRET_ACCESS_KEY"`
    const env = { PATH: '/bin', HOME: '/home', AWS_SECRET_ACCESS_KEY: 'mine' }
    expect(execFileSync('/bin/sh', ['-c', script], { env, encoding: 'utf8' }).split('|')).toEqual([
      `${folder}/bin:${dirname(process.execPath)}:/bin`,
      'artifacts',
      '{"a": "b c"}',
      '/home',
      '',
      '',
    ])
  })
})
