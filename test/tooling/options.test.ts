import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { optionTakers } from '../../scripts/cli/option-takers.ts'
import { commonOptions } from '../../scripts/cli/options/texts.ts'
import { commands as allButSchemas } from '../../scripts/reference/io/commands.ts'
import { schemas } from '../../scripts/schemas.ts'
import { projectRoot } from '../support/run.ts'

const readme = readFileSync(join(projectRoot, 'README.md'), 'utf8')
const makefile = readFileSync(join(projectRoot, 'Makefile'), 'utf8')
const forOthers = readFileSync(join(projectRoot, 'waybill.mk'), 'utf8')
const declared = (/^options := ((?:[^\n]*\\\n)*[^\n]*)/m.exec(makefile)?.[1] ?? '').match(/[A-Z][A-Z0-9_]*/g)
const commands = [...allButSchemas, schemas]

it('each script is a command, and each command a script', () => {
  const scripts = readdirSync(join(projectRoot, 'scripts')).filter(name => name.endsWith('.ts'))
  expect(commands.map(({ name }) => `${name}.ts`).toSorted()).toEqual(scripts.toSorted())
})

it.each(commands.filter(({ name }) => name !== 'init'))(
  'each option of $name is in the README, and make hands it over',
  ({ options }) => {
    const names = Object.keys({ ...options, ...commonOptions })
    expect(names.filter(name => !readme.includes(`${name}=`))).toEqual([])
    expect(declared).toEqual(expect.arrayContaining(names))
  },
)

it('the commands that take each option are known to the refusal of an option', () => {
  const taken = commands.flatMap(({ name, options }) =>
    Object.keys(options).map(option => ({ name, option })),
  )
  const takers = Map.groupBy(taken, ({ option }) => option)
  const names = [...takers].map(([option, all]) => [option, all.map(({ name }) => name).toSorted()])
  expect(optionTakers).toEqual(Object.fromEntries(names))
})

// They set up the repository that has the targets.
const beforeMake = ['init', 'upgrade']
const targets = commands.filter(({ name }) => !beforeMake.includes(name))

it.each(targets)('make $name has a line in the Makefile', ({ name }) => {
  expect(makefile).toMatch(
    new RegExp(`^${name}: installed ## .*\\n\\t\\$\\(call run,scripts/${name}\\.ts\\)$`, 'm'),
  )
})

it('waybill.mk has the commands and options of those who use Waybill', () => {
  const listed = (name: string) =>
    (new RegExp(`^${name} := ((?:[^\\n]*\\\\\\n)*[^\\n]*)`, 'm').exec(forOthers)?.[1] ?? '').match(
      /[\w-]+/g,
    ) ?? []
  const known = targets.filter(({ name }) => name !== 'schemas')
  expect(listed('waybill_commands').toSorted()).toEqual(known.map(({ name }) => name).toSorted())
  const taken = known.flatMap(({ options }) => Object.keys({ ...options, ...commonOptions }))
  expect(listed('waybill_options').toSorted()).toEqual([...new Set(taken)].toSorted())
})
