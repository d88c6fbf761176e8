import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { bugCode } from '../../../../scripts/cli/failure.ts'
import { help } from '../../../../scripts/cli/help.ts'
import { usualTexts } from '../../../../scripts/cli/options/texts.ts'
import { columnsOf } from '../../../../scripts/cli/page.ts'
import { allErrors } from '../../../../scripts/reference/error-page.ts'
import { referenceFiles } from '../../../../scripts/reference/files.ts'
import { commands as allButSchemas, answersOf } from '../../../../scripts/reference/io/commands.ts'
import { schemas } from '../../../../scripts/schemas.ts'
import { projectRoot } from '../../../support/run.ts'

const commands = [...allButSchemas, schemas]
const sources = ['scripts', 'cdktf'].flatMap(folder =>
  readdirSync(join(projectRoot, folder), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts'))
    .map(name => join(folder, name)),
)

describe('what make schemas writes is as the code has it', async () => {
  const files = Object.entries(referenceFiles(await answersOf(commands)))

  it.each(files)('%s', (path, text) => {
    expect(readFileSync(join(projectRoot, path), 'utf8')).toBe(text)
  })

  it('and nothing is left of what it no longer writes', () => {
    const there = readdirSync(join(projectRoot, 'docs', 'schemas'), { recursive: true, encoding: 'utf8' })
    const paths = files.map(([path]) => path.replace('docs/schemas/', ''))
    expect(there.filter(name => name.endsWith('.json')).filter(name => !paths.includes(name))).toEqual([])
  })
})

describe('every error code', () => {
  it('is in the table that lists them all', () => {
    const rooms = sources.filter(path => /^scripts\/[a-z]+\/errors\.ts$/.test(path))
    const table = readFileSync(join(projectRoot, 'scripts/reference/error-page.ts'), 'utf8')
    expect(rooms.filter(path => !table.includes(`${path.split('/')[1]}/errors.ts'`))).toEqual([])
  })

  it('stands for one thing', () => {
    const codes = allErrors.map(({ code }) => code)
    expect(new Set([...codes, bugCode]).size).toBe(codes.length + 1)
    for (const code of codes) expect(code).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
  })

  it('says in whole sentences what it means and what helps', () => {
    for (const { meaning, remedy } of allErrors) {
      expect(meaning).toMatch(/^\S.*[^.]\.$/s)
      expect(remedy).toMatch(/\S/)
    }
  })

  it('is thrown somewhere', () => {
    const code = sources.filter(path => !path.endsWith('/errors.ts'))
    const text = code.map(path => readFileSync(join(projectRoot, path), 'utf8')).join('\n')
    expect(allErrors.map(one => one.code).filter(one => !text.includes(`'${one}'`))).toEqual([])
  })
})

describe('the help of each command', () => {
  it.each(commands)('$name fits its columns, and shows an example and the exit codes', command => {
    const page = help(command, 80)
    const widest = (text: string) => Math.max(...text.split('\n').map(columnsOf))
    expect(widest(page)).toBeLessThanOrEqual(80)
    expect(widest(help(command, 120))).toBeGreaterThan(90)
    expect(widest(help(command, 120))).toBeLessThanOrEqual(120)
    expect(page).toMatch(new RegExp(`\n\nExamples?:\n  (?:make|npx waybill) ${command.name}`))
    expect(page).toMatch(/\n\nExit codes .*:\n {2}0 {2}done\n/)
    for (const name of [...Object.keys(command.options), ...command.reads, 'DRY_RUN', 'JSON'])
      expect(page).toMatch(new RegExp(`^  ${name}( |$)`, 'm'))
  })

  it.each(commands)('says of each option of $name what it is', ({ options }) => {
    for (const { type, text = usualTexts[type] } of Object.values(options)) expect(text).toMatch(/^(\d: )?\S/)
  })

  it.each(commands)('$name has examples that it takes', ({ examples, options }) => {
    for (const example of examples) {
      const names = [...example.matchAll(/(?:^| )([A-Z][A-Z_]*)=/g)].map(([, name]) => name)
      expect([...Object.keys(options), 'DRY_RUN']).toEqual(expect.arrayContaining(names))
    }
  })
})
