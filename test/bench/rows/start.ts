import { bareEnvironment } from '../../support/run.ts'
import { timed } from '../measure.ts'
import type { Row } from '../row.ts'
import { sidesOf, thisVersion } from '../versions.ts'

const node = 'node -e 0'

/** How long a command takes to say something, beside Node itself. */
export const startRows: readonly Row[] = [
  row('--help, started as make does', ['--help'], 0, true),
  row('--help, started by its file', ['--help'], 0, false),
  row('a refusal, started as make does', ['TAG=x'], 2, true),
  row('a refusal, started by its file', ['TAG=x'], 2, false),
]

function row(name: string, words: readonly string[], code: number, isByMake: boolean): Row {
  return {
    group: 'start',
    name,
    figures: [{ unit: 'CPU ms', against: node, target: { kind: 'ratio', most: 2.5 } }],
    async setup({ folder, versions }) {
      const { NODE_COMPILE_CACHE, ...rest } = bareEnvironment(folder)
      const env = isByMake && NODE_COMPILE_CACHE !== undefined ? { ...rest, NODE_COMPILE_CACHE } : rest
      const how = { cwd: thisVersion.root, env, codes: [code] }
      return [
        ...sidesOf(versions, 'scripts/promote.ts', () => ({ ...how, words })),
        { name: node, run: () => timed(process.execPath, ['-e', '0'], { ...how, codes: [0] }) },
      ]
    },
  }
}
