import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { projectRoot } from '../support/run.ts'

const runFile = promisify(execFile)
const scripts = join(projectRoot, 'scripts')
const readme = readFileSync(join(projectRoot, 'README.md'), 'utf8')
const makefile = readFileSync(join(projectRoot, 'Makefile'), 'utf8')
const declared = (/^options := ((?:[^\n]*\\\n)*[^\n]*)/m.exec(makefile)?.[1] ?? '').match(/[A-Z][A-Z0-9_]*/g)

const commands = readdirSync(scripts).filter(name => name.endsWith('.ts'))

it.concurrent.each(commands)('each option of %s is in the README, and make hands it over', async name => {
  const { stdout } = await runFile(process.execPath, [join(scripts, name), '--help'])
  const options = [...stdout.matchAll(/^ {2}([A-Z][A-Z0-9_]*) /gm)].map(([, option]) => option)
  expect(options).toContain('DRY_RUN')
  expect(options.filter(option => !readme.includes(`${option}=`))).toEqual([])
  expect(declared).toEqual(expect.arrayContaining(options))
})
