import type { AwsAccess } from '../../aws/access.ts'
import { awsErrors } from '../../aws/errors.ts'
import type { AwsSettings } from '../../aws/io/calls.ts'
import { requireAccount } from '../../aws/io/identity.ts'
import { connectS3 } from '../../aws/io/s3.ts'
import { type Attempt, attemptAsync, valueIn } from '../../base/attempt.ts'
import type { UserError } from '../../base/user-error.ts'
import { type Environment, findEnvironment } from '../../catalogue/environments.ts'
import { connectMovers } from '../../kinds/io/movers.ts'
import { readChecked } from '../../ledger/io/history.ts'
import { readHold } from '../../ledger/io/holds.ts'
import { connectLedger } from '../../ledger/io/ledger.ts'
import type { Good } from '../../ledger/state.ts'
import type { Target } from '../../names/target.ts'
import { environmentSettings, type Project } from '../../project/io/project.ts'
import { readRunning } from '../../rollout/io/running.ts'
import { inPhase, type Running } from '../../rollout/running.ts'
import { stateKey } from '../../stack/names.ts'
import { readApplied } from '../../terraform/io/state.ts'
import { fateTeller, type LedgerSeen } from '../fate.ts'

/** What was seen of a target: what runs there, undefined before the first deploy, and what its ledger says. */
export type TargetSeen = {
  readonly running: Attempt<Running | undefined>
  readonly ledger: Attempt<LedgerSeen>
}

/**
 * Looks at a target; says why if these credentials do not see it. With those of another account only its ledger is read,
 * whose bucket may let them in. Other failures are thrown.
 */
export async function observeTarget(
  project: Project,
  target: Target,
  tag: string,
  aws: AwsAccess,
): Promise<TargetSeen> {
  const { environments } = project
  const environment = findEnvironment(environments, target.environment)
  const settings = environmentSettings(project, target.environment, environment, aws)
  const account = await attemptAsync(() => requireAccount(settings))
  if ('error' in account && account.error.code !== awsErrors['aws-wrong-account'].code) throw account.error
  const reading = attemptAsync(() => readInLedger(project, settings, environment, target, tag))
  const [running, ledger] = await Promise.all([
    'error' in account
      ? account
      : attemptAsync(async () => {
          const verified = valueIn(await reading)?.good
          return await readInState(project, settings, environment, { target, verified })
        }),
    reading,
  ])
  for (const seen of [running, ledger]) if ('error' in seen && isThrown(seen.error)) throw seen.error
  // Whose credentials these are says more than that they were denied.
  const isKeptOut =
    'error' in account && 'error' in ledger && ledger.error.code === awsErrors['aws-denied'].code
  return { running, ledger: isKeptOut ? account : ledger }
}

// Expired credentials see nothing, which is no answer about the release.
function isThrown({ ending, code }: UserError): boolean {
  return ending === 'cloud' || code === awsErrors['aws-credentials'].code
}

async function readInState(
  { stores, clock }: Project,
  settings: AwsSettings,
  { stateBucket }: Environment,
  { target, verified }: { readonly target: Target; readonly verified: Good | undefined },
): Promise<Running | undefined> {
  const applied = await readApplied(await connectS3(settings, stateBucket, clock), stateKey(target))
  return (
    applied && (await readRunning(connectMovers(settings, clock), stores, applied, verified && [verified]))
  )
}

async function readInLedger(
  { environments, clock }: Project,
  settings: AwsSettings,
  environment: Environment,
  target: Target,
  tag: string,
): Promise<LedgerSeen> {
  const repository = environments.github?.repository
  const ledger = await connectLedger({ settings, environment, repository, clock })
  const teller = fateTeller(tag)
  const head = await ledger.head(target)
  const [{ entries, faults }, hold] = await Promise.all([
    readChecked(ledger, target, teller.add),
    readHold(ledger, target, head),
  ])
  return {
    entries,
    faults,
    fate: teller.fate(),
    hold,
    good: head.state.good[0],
    phase: inPhase(head.state, head.time),
  }
}
