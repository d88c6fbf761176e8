import { UserError } from '../../../base/user-error.ts'
import { rolloutErrors } from '../../../rollout/errors.ts'
import type { StackOutputs } from '../../../stack/synth-input.ts'
import { type Deadline, noPointer, poll, type Rollout, type RolloutTools } from '../../io/tools.ts'
import { decideAlias } from '../../rollout.ts'
import type { Lambda } from './client.ts'

type LambdaOutputs = Extract<StackOutputs, { kind: 'lambda' }>

// Its description may change between our look and our write; a third time is no accident. Where somebody has sent its
// traffic elsewhere, a rollback perhaps, theirs is the last word.
const mostAttempts = 3

/** Sends all traffic of a function's alias to the version that was applied, once that can take it. */
export async function moveAlias(
  tools: RolloutTools,
  deadline: Deadline,
  { target }: Rollout,
  { functionName, live, version }: LambdaOutputs,
): Promise<'moved' | 'already done'> {
  const lambda = await tools.lambda()
  let before: string | undefined
  for (let attempt = 1; attempt <= mostAttempts; attempt++) {
    const alias = await lambda.alias(functionName, live)
    if (alias === undefined) throw noPointer(target, `the function ${functionName} has no alias ${live}`)
    const decision = decideAlias(alias, version)
    if (decision.step === 'already done') return attempt === 1 ? 'already done' : 'moved'
    if (alias.version !== (before ?? alias.version)) break
    before = alias.version
    await versionReady(tools, deadline, lambda, functionName, version)
    if (await lambda.moveAlias(functionName, live, { version, revisionId: decision.revisionId }))
      return 'moved'
  }
  throw new UserError(
    rolloutErrors['rollout-moved'],
    `the alias ${live} of ${functionName} is being moved by somebody else`,
    {
      cause: 'it changed between reading and writing it',
      remedy: 'Find out who deploys at the same time, then run this again.',
    },
  )
}

async function versionReady(
  tools: RolloutTools,
  deadline: Deadline,
  lambda: Lambda,
  functionName: string,
  version: string,
): Promise<void> {
  await poll(tools, deadline, `version ${version} of ${functionName} to be ready`, async () => {
    const { state, reason } = await lambda.versionState(functionName, version)
    // An inactive one is made active again by the traffic itself.
    if (state === 'Active' || state === 'Inactive') return true
    if (state !== 'Failed') return undefined
    throw new UserError(
      rolloutErrors['rollout-revision-failed'],
      `version ${version} of ${functionName} cannot run, so nothing was sent to it`,
      {
        cause: reason ?? 'Lambda says Failed, and no reason',
        remedy: 'Mend the artifact, release the next version, and pin that.',
      },
    )
  })
}
