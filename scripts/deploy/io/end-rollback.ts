import type { Target } from '../../names/target.ts'
import { openAnnounced } from '../../notify/io/outbox.ts'
import type { Proposal } from '../../pin/io/propose.ts'
import { type Opening, openSession } from '../../plan/io/session.ts'
import type { Project } from '../../project/io/project.ts'
import {
  applyBack,
  type Back,
  type BackPin,
  completeBack,
  type Noted,
  noteBack,
  pinBack,
} from './finish-back.ts'

/** What the slow half needs of the command. */
type Finishing = Opening & {
  readonly report: Screen
  /** The id of a state lock to remove first. */
  readonly unlock: string | undefined
  /** Whether the pin is only proposed. */
  readonly isProposed: boolean
}

type Screen = {
  line(text: string): void
  item(state: 'passed' | 'left out', text: string): void
  progress(text: string): void
}

/** What became of the slow half: the entry of the ledger, and the pin. */
export type Ended = {
  readonly sequence?: number
  readonly pin?: 'created' | 'already done' | 'proposed' | 'as before'
  readonly changedBy?: string
  readonly proposal?: Proposal
}

/** The slow half of a rollback: the entry with its hold, the pin, and an apply that moves no traffic. */
export async function endRollback(command: Finishing, project: Project, back: Back): Promise<Ended> {
  const { report, signal, unlock, isProposed } = command
  const { target } = back
  const tools = await openAnnounced(command, target.environment)
  const noted = await noteBack(tools, back)
  tellNoted(report, target, noted)
  if (noted === undefined) return {}
  const pin = await pinBack(project, target, noted, { isProposed, progress: report.progress })
  tellPin(report, target, noted, pin)
  const ended = { sequence: noted.sequence, ...describePin(pin) }
  if (ended.pin === 'proposed') {
    report.line('Once it is merged, run the same command again: it applies the pin, and moves no traffic.')
    return ended
  }
  const wanted = { name: target.environment, command: 'make rollback', unlock, progress: report.progress }
  // Also where the pin was there already: an interrupted run may have pushed it and not applied it.
  const session = await openSession({ ...command, signal }, wanted)
  if (await applyBack(session, target)) report.item('passed', 'the pin is applied, and no traffic was moved')
  await completeBack(tools, target, noted)
  return ended
}

function describePin(pin: BackPin): Pick<Ended, 'pin' | 'proposal' | 'changedBy'> {
  if (pin.result === 'as before') return { pin: pin.result, changedBy: pin.changedBy }
  if (pin.proposal !== undefined) return { pin: 'proposed', proposal: pin.proposal }
  return { pin: pin.result === 'created' ? 'created' : 'already done' }
}

function tellNoted(report: Screen, { environment, service }: Target, noted: Noted | undefined): void {
  if (noted?.isNew === false)
    report.line(`Entry ${noted.sequence} of the ledger, which another run has written, says so.`)
  if (noted?.isHeld === false) report.line(`${service} is not held any more: somebody let deploys through.`)
  else
    report.item(
      'passed',
      `${service} is held: no deploy changes this until make resume ENV=${environment} SERVICE=${service} REASON='…'`,
    )
  if (noted === undefined)
    report.line(
      'The ledger does not know what runs now, so its pin was left alone: make pin the release that it is.',
    )
}

function tellPin(report: Screen, { environment }: Target, { deployment }: Noted, pin: BackPin): void {
  const { tag } = deployment
  if (pin.result === 'as before') {
    report.item(
      'passed',
      `${environment} stays pinned to ${tag}, and the hold keeps its newer settings out, of ${pin.changedBy}`,
    )
  } else if (pin.proposal !== undefined) {
    report.item('passed', `the pin of ${tag} is proposed, on the branch ${pin.proposal.branch}`)
    if (pin.proposal.address !== undefined) report.line(`Open the pull request: ${pin.proposal.address}`)
  } else report.item('passed', `${environment} is pinned to ${tag}`)
}
