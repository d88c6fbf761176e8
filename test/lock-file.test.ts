import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

type Package = {
  integrity?: string
  inBundle?: boolean
  /** A folder of this repository that is linked in. */
  link?: boolean
  resolved?: string
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
}

const lock = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'package-lock.json'), 'utf8'))
const packages: Record<string, Package> = lock.packages

it('the lock file names every package of every platform, with its integrity', () => {
  // npm leaves out an optional package that it cannot resolve, and `npm ci` fails on the platform that needs it.
  const missing = Object.entries(packages).flatMap(([path, { dependencies, optionalDependencies }]) =>
    Object.keys({ ...dependencies, ...optionalDependencies })
      .filter(name => !resolves(path, name))
      .map(name => `${path} → ${name}`),
  )
  expect(missing).toEqual([])
  const unprotected = Object.entries(packages).filter(
    ([path, { integrity, inBundle, link }]) =>
      path.includes('node_modules/') && !integrity && !inBundle && !link,
  )
  expect(unprotected.map(([path]) => path)).toEqual([])
})

it('the lock file names no host, so that any registry can serve it', () => {
  const hosts = Object.values(packages).filter(({ resolved, link }) => resolved !== undefined && !link)
  expect(hosts).toEqual([])
})

function resolves(from: string, name: string): boolean {
  for (
    let base = from;
    ;
    base = base.slice(0, Math.max(0, base.lastIndexOf('node_modules/'))).replace(/\/$/, '')
  ) {
    if (packages[`${base === '' ? '' : `${base}/`}node_modules/${name}`] !== undefined) return true
    if (base === '') return false
  }
}

it('what this repository runs with is pinned to the versions that it is developed with', () => {
  const [own, runtime] = ['package.json', '.ci/package.json'].map(
    path => JSON.parse(readFileSync(join(import.meta.dirname, '..', path), 'utf8')) as Record<string, object>,
  )
  expect({ ...own?.devDependencies, ...own?.dependencies }).toMatchObject(runtime?.dependencies ?? {})
  // Left out by the jobs that synthesize nothing.
  expect(runtime?.optionalDependencies).toMatchObject(own?.peerDependencies ?? {})
})
