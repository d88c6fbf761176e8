import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { environments, pinned, services } from '../../cdktf/catalogue.ts'
import { bareEnvironment, projectRoot } from '../../support/run.ts'
import { timed } from '../measure.ts'
import type { Figure, Row } from '../row.ts'

/** Stacks of services of each kind in turn, in three environments. */
export const synthRows: readonly Row[] = [1, 100, 300].map(count => ({
  group: 'synth',
  name: `${count} services × 3 environments`,
  grows: { curve: 'synth of 3 environments', size: count },
  figures: figuresOf(count),
  async setup({ folder }) {
    const file = join(folder, 'input.json')
    await writeFile(file, JSON.stringify({ ...inputOf(count), outdir: join(folder, 'out') }))
    const how = {
      cwd: projectRoot,
      env: { ...bareEnvironment(folder), SYNTH_INPUT: file },
      withPeak: true,
    }
    const main = join(projectRoot, 'cdktf', 'main.ts')
    return [{ name: 'waybill', run: () => timed(process.execPath, [main], how) }]
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
