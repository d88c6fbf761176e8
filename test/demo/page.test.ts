import { execFileSync } from 'node:child_process'
import { dirname } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import { exportsOf, whatToTry } from './keep.ts'
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
    expect(whatToTry({ workspace, deploys }).filter(line => line.length > 80)).toEqual([])
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
