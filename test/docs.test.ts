import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')
const pages = globSync(
  ['README.md', 'docs/*.md', 'services/*/README.md', 'test/**/README.md', '.github/*.md'],
  { cwd: root },
).toSorted()
const read = (page: string) => readFileSync(join(root, page), 'utf8')

const targets = [...read('Makefile').matchAll(/^([a-z-]+):/gm)].map(([, name]) => name)

/** Paths that only a repository that uses Waybill has, or that a page tells its reader to write. */
const elsewhere = /^(cdktf\/pins\/|cdktf\/\.terraform\.lock\.hcl$|cdktf\/all\.ts$|services\/a$|.*\.bak$)/

describe.each(pages)('%s', page => {
  const text = read(page)
  const prose = text.replace(/^```[\s\S]*?^```/gm, '')
  const written = [...text.matchAll(/^```\w+ file=(\S+)/gm)].map(([, path]) => path)

  it('names only paths that exist', () => {
    const named = text.matchAll(
      /(?<![\w./<>*@-])(?:scripts|cdktf|test|docs|services|\.github|\.ci)\/[\w./*<>…-]*/g,
    )
    const paths = [...named].map(([path]) => path.replace(/[.,]+$/, ''))
    const missing = paths.filter(
      path => !/[*<>…]/.test(path) && !elsewhere.test(path) && !written.includes(path),
    )
    expect(missing.filter(path => !existsSync(join(root, path)))).toEqual([])
  })

  it('names only targets that the Makefile has', () => {
    const code = [...text.matchAll(/`([^`\n]+)`/g), ...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)]
    const called = code.flatMap(([, shell = '']) => [...shell.matchAll(/(?:^|[\s(`])make ([a-z][a-z-]*)/g)])
    expect(called.map(([, target]) => target).filter(target => !targets.includes(target))).toEqual([])
  })

  it('links to pages and headings that exist', () => {
    const links = [...prose.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)/g)]
    const broken = links.filter(([, path = '', heading]) => {
      const to = path === '' ? page : join(dirname(page), path)
      if (!existsSync(join(root, to))) return true
      return heading !== undefined && !headingsOf(read(to)).includes(heading)
    })
    expect(broken.map(([link]) => link)).toEqual([])
  })
})

it('the page on architecture has a line for each room', () => {
  const [, table = ''] = read('docs/architecture.md').split('\n## Rooms\n')
  const named = [...(table.split('\n## ')[0] ?? '').matchAll(/^\| `([a-z]+)` \|/gm)].map(([, room]) => room)
  const folders = readdirSync(join(root, 'scripts'), { withFileTypes: true }).filter(one => one.isDirectory())
  expect(named.toSorted()).toEqual(folders.map(({ name }) => name).toSorted())
})

/** The anchors of a page's headings, as GitHub makes them. */
function headingsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  )
}
