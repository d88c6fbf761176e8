import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { init } from '../../scripts/init.ts'
import { loaders } from '../../scripts/reference/io/loaders.ts'
import { manifest } from '../support/package.ts'
import { projectRoot } from '../support/run.ts'

/* What docs/adopt.md tells its reader to run; test/tooling/package.test.ts runs the story itself. */

const page = readFileSync(join(projectRoot, 'docs', 'adopt.md'), 'utf8')

it('it installs the packages for stacks in the versions that Waybill needs', () => {
  const [, install = ''] =
    /^npm install --save-exact waybill && npm install --save-exact --save-optional (.*)$/m.exec(page) ?? []
  const wanted = Object.entries(manifest.peerDependencies).map(([name, version]) => `${name}@${version}`)
  expect(install.split(' ').toSorted()).toEqual(wanted.toSorted())
})

it('it names commands of the program, and every option of init', () => {
  const called = [...page.matchAll(/npx waybill ([a-z]+)/g)].map(([, name]) => name)
  expect(called.length).toBeGreaterThan(5)
  expect(Object.keys(loaders)).toEqual(expect.arrayContaining(called))
  for (const option of Object.keys(init.options)) expect(page).toContain(`\`${option}\``)
})
