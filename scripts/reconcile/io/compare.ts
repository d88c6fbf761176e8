import type { AwsAccess } from '../../aws/access.ts'
import { connectS3, type S3 } from '../../aws/io/s3.ts'
import { type Applied, kindOfApplied } from '../../kinds/applied.ts'
import { type Mover, wholeOf } from '../../kinds/io/mover.ts'
import { connectMovers, type Movers } from '../../kinds/io/movers.ts'
import { type Deployment, eventOf } from '../../ledger/entry.ts'
import type { LedgerSession } from '../../ledger/io/open.ts'
import type { Head } from '../../ledger/io/read-entries.ts'
import type { Target } from '../../names/target.ts'
import type { NoticeTools } from '../../notify/io/announce.ts'
import type { PinnedTarget } from '../../pin/io/pinned.ts'
import { environmentSettings } from '../../project/io/project.ts'
import { stateKey } from '../../stack/names.ts'
import { readApplied } from '../../terraform/io/state.ts'
import { decideRepair, type Repair } from '../repair.ts'

/** An environment's ledgers, and what the traffic and the states there are read with. */
export type Repairs = LedgerSession & {
  readonly name: string
  readonly movers: Movers
  /** The bucket of the states. */
  readonly states: Pick<S3, 'list'>
  readonly notices: NoticeTools
  readApplied(target: Target): Promise<Applied | undefined>
  progress(text: string): void
}

/** A target whose traffic and ledger were compared. */
export type Compared = {
  readonly target: PinnedTarget
  readonly applied: Applied
  readonly mover: Mover
  readonly head: Head
  readonly running: string | undefined
  /** The deployment that an open rollout is about. */
  readonly begun: Deployment | undefined
  readonly repair: Repair
}

/** Prepares for an environment whose ledgers are open. */
export async function openRepairs(
  session: LedgerSession,
  {
    name,
    aws,
    notices,
    progress,
  }: Pick<Repairs, 'name' | 'notices' | 'progress'> & {
    readonly aws: AwsAccess
  },
): Promise<Repairs> {
  const { project, environment } = session
  const settings = environmentSettings(project, name, environment, aws)
  const s3 = await connectS3(settings, environment.stateBucket, project.clock)
  return {
    ...session,
    name,
    notices,
    progress,
    states: s3,
    movers: connectMovers(settings, project.clock),
    readApplied: target => readApplied(s3, stateKey(target)),
  }
}

/** Compares where the traffic of a target goes with its ledger; undefined if nothing is applied yet. */
export async function compareTarget(repairs: Repairs, target: PinnedTarget): Promise<Compared | undefined> {
  const { ledger, movers } = repairs
  const applied = await repairs.readApplied(target)
  if (applied === undefined) return undefined
  const mover = await movers(applied.kind)
  const [head, pointer] = await Promise.all([ledger.head(target), mover.look(applied)])
  const running = pointer && wholeOf(pointer)
  const begun = await deploymentBegun(repairs, target, head)
  const { state, sequence } = head
  const place = begun && { tag: begun.tag, revision: begun.applied.revision }
  const repair: Repair =
    pointer === undefined
      ? { step: 'tell', problem: `${kindOfApplied(applied).pointer(applied)} does not exist` }
      : decideRepair({ state, now: head.time, sequence, running, begun: place })
  return { target, applied, mover, head, running, begun, repair }
}

async function deploymentBegun(
  { ledger }: Repairs,
  target: Target,
  { entry, state: { open } }: Head,
): Promise<Deployment | undefined> {
  if (open?.type !== 'rollout') return undefined
  const event = eventOf(entry?.sequence === open.sequence ? entry : await ledger.read(target, open.sequence))
  return event?.type === 'started' ? event.deployment : undefined
}
