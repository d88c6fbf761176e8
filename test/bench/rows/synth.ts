import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { environments, pinned, services } from '../../cdktf/catalogue.ts'
import { bareEnvironment } from '../../support/run.ts'
import type { Figure, Row } from '../row.ts'
import { sidesOf, thisVersion } from '../versions.ts'

/** Stacks of services of each kind in turn, in three environments. */
export const synthRows: readonly Row[] = [1, 100, 300].map(count => ({
  group: 'synth',
  name: `${count} services × 3 environments`,
  grows: { curve: 'synth of 3 environments', size: count },
  figures: figuresOf(count),
  async setup({ folder, versions }) {
    const input = inputOf(count)
    const file = (at: number) => join(folder, `input-${at}.json`)
    // Each version writes over what it wrote itself.
    for (const at of versions.keys())
      await writeFile(file(at), JSON.stringify({ ...input, outdir: join(folder, `out-${at}`) }))
    return sidesOf(versions, 'cdktf/main.ts', (_, at) => ({
      cwd: thisVersion.root,
      env: { ...bareEnvironment(folder), SYNTH_INPUT: file(at) },
      withPeak: true,
    }))
  },
}))

function figuresOf(count: number): Figure[] {
  if (count !== 100) return [{ unit: 'ms' }, { unit: 'MB' }]
  return [
    { unit: 'ms', target: { kind: 'value', most: 1700 } },
    { unit: 'MB', target: { kind: 'value', most: 200 } },
  ]
}

function inputOf(count: number) {
  const kinds = ['ecs-service', 'lambda-image', 'lambda-zip']
  const names = Array.from({ length: count }, (_, index) => `service-${index}`)
  const all = services(Object.fromEntries(names.map((name, index) => [name, { kind: kinds[index % 3] }])))
  const places = environments(({ environments }) => {
    environments.test = { ...environments.staging, account: '444444444444', listener: undefined }
  })
  return pinned(all, places)
}
