import { exitCodes } from '../../scripts/base/user-error.ts'
import type { HistoryAnswer } from '../../scripts/cli/answers/ledger/history.ts'
import type { ResumeAnswer } from '../../scripts/cli/answers/ledger/resume.ts'
import type { RollbackAnswer } from '../../scripts/cli/answers/ledger/rollback.ts'
import { printHistory } from '../../scripts/cli/print-history.ts'
import type { Activity } from '../../scripts/ledger/history.ts'
import { DemoFailed } from './demo-failed.ts'
import type { Scene } from './scene.ts'
import { commandLine, failingWaybill, type Options, waybill } from './waybill.ts'

/** What a person takes back, where, and why. */
export type Complaint = { readonly service: string; readonly reason: string }

// Where nothing listens on any machine: the port of the discard service.
const unreachable = 'url.git://127.0.0.1:9/.insteadOf'

/**
 * Takes a service back in production while git's remote cannot be reached, finishes that when it can be, and lets deploys
 * through again.
 */
export async function goBackWithoutGit(scene: Scene, { service, reason }: Complaint): Promise<void> {
  const { workspace, production, envOf, step } = scene
  const desk = { clone: workspace.clone, env: envOf(production) }
  const place = { ENV: production, SERVICE: service }
  const rollback = { ...place, REASON: reason, CONFIRM: service }
  const show = <T>(command: string, options: Options, outcome: (answer: T) => string) =>
    step(commandLine(command, options), () => waybill<T>(workspace, desk, command, options), outcome)

  await step(
    'the git server goes down',
    () => workspace.git(['config', unreachable, workspace.remote]),
    () => 'it refuses every connection',
  )
  await step(
    commandLine('rollback', rollback),
    () =>
      failingWaybill(workspace, desk, {
        command: 'rollback',
        options: rollback,
        exitCode: exitCodes.cloud,
      }),
    ({ problem }) => `exit code ${exitCodes.cloud}: ${problem}`,
  )
  await step(
    'the git server is up again',
    () => workspace.git(['config', '--unset', unreachable]),
    () => 'the same command finishes the rest',
  )
  await show<RollbackAnswer>('rollback', rollback, describeRest)
  const { services } = await show<HistoryAnswer>('history', place, describeHistory)
  printActivities(scene, services)
  await show<ResumeAnswer>('resume', { ...place, REASON: 'it was taken back' }, describeResumed)
}

function describeRest({ result, to, pin }: RollbackAnswer): string {
  if (result !== 'already back' || pin !== 'created')
    throw new DemoFailed(`the second rollback says that traffic was ${result} and the pin ${pin}`)
  return `already back; ${to.tag} is pinned and applied, and no traffic was moved`
}

function describeHistory({ services }: HistoryAnswer): string {
  const entries = services.reduce((sum, one) => sum + one.entries, 0)
  return `${entries} entries, and none was changed or removed`
}

function printActivities({ page }: Scene, services: HistoryAnswer['services']): void {
  page.line()
  for (const { activities } of services) printHistory(page, activities as Activity[], new Date())
  page.line()
}

function describeResumed({ results }: ResumeAnswer): string {
  return results.map(({ next }) => next).join(' ')
}
