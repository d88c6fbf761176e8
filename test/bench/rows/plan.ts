import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { terraformLimit } from '../../../scripts/plan/io/plan-targets.ts'
import { expectDone, makeDeployWorld } from '../../support/deploy.ts'
import { run } from '../../support/run.ts'
import { zipService } from '../../support/world.ts'
import { timed } from '../measure.ts'
import type { Place, Row, Target } from '../row.ts'
import { sidesOf, thisVersion } from '../versions.ts'

const bare = 'bare Terraform'
// What a plan of Waybill runs: it initializes, plans, and reads the plan that it shows.
const script =
  'cd "$0" && terraform init -input=false -backend-config=use_path_style=true && terraform plan -input=false -out=bare.tfplan && terraform show -json bare.tfplan'

const sideBySide = `printf '%s\\0' "\${@:2}" | xargs -0 -n 1 -P ${terraformLimit} bash --norc -c "$1"`

/** A plan that has nothing to change, beside Terraform's own commands for the same stacks. */
export const planRows: readonly Row[] = [
  row(1, { kind: 'more', most: 300 }),
  row(4, { kind: 'ratio', most: 1.1 }, true),
]

function row(count: number, target: Target, isLong = false): Row {
  return {
    group: 'plan',
    name: count === 1 ? 'one service' : `${count} services`,
    figures: [{ unit: 'ms', against: bare, target }],
    mostRuns: 9,
    isLong,
    needs: ['terraform', 'git'],
    async setup(place, runs) {
      const names = Array.from({ length: count }, (_, index) => `service-b${index}`)
      const { clone, env } = await deployed(place, names)
      const synth = join(thisVersion.root, 'cdktf', 'main.ts')
      expectDone(await run(process.execPath, [synth], { cwd: clone, env }))
      const stacks = names.map(name => join(clone, 'cdktf.out', 'stacks', `${name}-staging`))
      // Each run initializes anew, as one in CI does.
      const fresh = (nth: number) => stacks.map(stack => `${stack}-${nth}`)
      for (let nth = 0; nth <= runs; nth++)
        await Promise.all(stacks.map((stack, at) => cp(stack, fresh(nth)[at] ?? '', { recursive: true })))
      const words = ['ENV=staging', ...(count === 1 ? ['SERVICE=b0'] : [])]
      const settings = { TF_IN_AUTOMATION: '1', CHECKPOINT_DISABLE: '1', ...env }
      return [
        ...sidesOf(place.versions, 'scripts/plan.ts', () => ({ words, cwd: clone, env })),
        {
          name: bare,
          run: nth =>
            timed('bash', ['--norc', '-c', sideBySide, 'bare', script, ...fresh(nth)], {
              cwd: clone,
              env: settings,
            }),
        },
      ]
    },
  }
}

/** A world whose services are deployed to staging. */
async function deployed({ onFinished }: Place, names: readonly string[]) {
  const files = Object.assign({}, ...names.map(name => zipService(name)))
  const world = await makeDeployWorld({ files, repositories: [], onFinished })
  for (const name of names) {
    await world.ship(name, '1.0.0')
    await world.git(['pull', '--quiet', '--rebase', 'origin', 'main'])
    expectDone(await world.waybill('deploy', { ENV: 'staging', SERVICE: name }))
  }
  return world
}
