import { beforeAll, describe, expect, it } from 'vitest'
import type { Ledger } from '../../../../scripts/ledger/io/ledger.ts'
import type { ServiceName } from '../../../../scripts/names/service-name.ts'
import type { LoggedRequest } from '../../../emulator/pipeline/request-log.ts'
import { hasTerraform } from '../../../provider/workspace.ts'
import { afterSuite } from '../../../support/cleanup.ts'
import { type DeployWorld, expectDone, makeDeployWorld } from '../../../support/deploy.ts'
import { startWaybill, terraformsEnded } from '../../../support/killable.ts'
import { eventsOf, ledgersIn } from '../../../support/ledger.ts'
import { deployVersion, functionB, pinnedTag, pull, takeBack } from '../../../support/rollback.ts'
import { everything, sample } from '../../../support/sample.ts'
import { zipService } from '../../../support/world.ts'

const target = { service: 'service-b' as ServiceName, environment: 'staging' }
const options = { ENV: 'staging', SERVICE: 'service-b' }
const who = { arn: 'arn:aws:iam::111111111111:user/bob' }

type Asked = Pick<LoggedRequest, 'operation' | 'resource'>
type Moment = {
  readonly name: string
  readonly when: 'before' | 'after'
  readonly operation: (asked: Asked) => boolean
  readonly skip: number
}

const isEntry = ({ operation, resource }: Asked) =>
  operation === 'PutObject' && resource.includes('ledger/staging/service-b/')
const isLock = ({ operation, resource }: Asked) => operation === 'PutObject' && resource.endsWith('.tflock')
const isState = ({ operation, resource }: Asked) => operation === 'PutObject' && resource.endsWith('.tfstate')
const writes: readonly Omit<Moment, 'when'>[] = [
  { name: 'the move of the alias', operation: ({ operation }) => operation === 'UpdateAlias', skip: 0 },
  { name: 'the entry of the rollback', operation: isEntry, skip: 0 },
  { name: 'the lock on the state', operation: isLock, skip: 0 },
  { name: 'the write of the state', operation: isState, skip: 0 },
  { name: 'the entry of its end', operation: isEntry, skip: 1 },
]
const moments = writes.flatMap(write =>
  (['before', 'after'] as const).map((when): Moment => ({ ...write, when })),
)
const sampled = sample(
  'killed rollbacks',
  moments,
  ({ when, operation, skip }) =>
    skip === 0 && operation !== isState && (when === 'before') === (operation === isLock),
)

describe.skipIf(!(await hasTerraform()))('a rollback that was killed', () => {
  const onFinished = afterSuite()
  let world: DeployWorld
  let ledger: Ledger
  let version = 0

  beforeAll(async () => {
    world = await makeDeployWorld({ files: zipService('service-b'), repositories: [], onFinished })
    ledger = await ledgersIn(world.emulator, '111111111111')
    await deployNext()
  })

  const deployNext = () => deployVersion(world, functionB, `1.${version++}.0`)
  const live = () => functionB.runs(world)

  /** Kills a rollback at a moment; returns whether the moment came. */
  async function killAt({ when, operation, skip }: Moment, REASON: string): Promise<boolean> {
    const child = startWaybill(world, 'rollback', { ...options, REASON, CONFIRM: 'service-b' })
    let struck = false
    const clear = world.emulator.inject({
      operation,
      skip,
      times: 1,
      // The request of a command that is killed before it arrives never arrives. Terraform, which lives on, tries again.
      kind: when === 'before' ? 'reset-before' : 'delay',
      delayMs: 0,
      actionAt: when,
      async action() {
        struck = true
        child.signal('SIGKILL')
        await child.ended
      },
    })
    await child.ended
    clear()
    await terraformsEnded(world)
    return struck
  }

  /** Brings a release there, kills its rollback, and runs that again. Returns whether the moment came. */
  async function killAndRunAgain(moment: Moment): Promise<boolean> {
    const REASON = `killed ${moment.when} ${moment.name}`
    await ledger.append(target, who, () => ({ type: 'resumed', reason: 'the next one' }))
    const [first] = (await ledger.head(target)).state.good
    await deployNext()
    const before = await eventsOf(ledger, target)
    const bad = await live()
    const wasStruck = await killAt(moment, REASON)
    const isBack = (await live()) !== bad
    world.emulator.clearRequests()
    // Once its end is written, the same command would be the next rollback.
    const isDone = (await eventsOf(ledger, target)).at(-1) === 'rollback-completed'
    if (!isDone) expectDone(await takeBack(world, functionB, { REASON }))
    // What the fast half did is not done again, and not undone.
    const moved = world.emulator.requests().filter(({ operation }) => operation === 'UpdateAlias')
    expect(moved).toHaveLength(isBack ? 0 : 1)
    expect(await live()).toBe(first?.revision)
    expect(await pinnedTag(world, functionB)).toBe(first?.tag)
    expect(await eventsOf(ledger, target)).toEqual([...before, 'rollback', 'rollback-completed'])
    await pull(world)
    const plan = expectDone(await world.waybill('plan', options))
    expect(plan.stdout).toContain('no changes')
    return wasStruck
  }

  it.for(sampled.map(moment => [`${moment.when} ${moment.name}`, moment] as const))(
    '%s goes on where it was',
    async ([, moment]) => {
      expect(await killAndRunAgain(moment)).toBe(true)
    },
  )

  it.runIf(everything)(
    'at any request goes on where it was',
    async () => {
      for (let skip = 0, came = true; came; skip++)
        for (const when of ['before', 'after'] as const) {
          const anyOne = { name: `request ${skip + 1}`, operation: () => true, skip, when }
          came = await killAndRunAgain(anyOne)
          if (!came) break
        }
    },
    1_200_000,
  )
})
