import { randomBytes } from 'node:crypto'
import type { Configuration, Stage } from './stages.ts'

/** One execution of a lifecycle hook, of which there is one for each time that its stage comes. */
export type HookRun = {
  id: string
  status: 'AWAITING_ACTION' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT'
  /** In milliseconds since the epoch. */
  expiresAt: number
  timeoutAction: 'CONTINUE' | 'ROLLBACK'
  /** The function of a hook that does not pause. */
  targetArn?: string
}

/**
 * The hooks that run when a stage begins. One that pauses waits for ContinueServiceDeployment. A function is not
 * invoked: it is taken to have succeeded.
 */
export function startHooks({ lifecycleHooks = [] }: Configuration, stage: Stage, now: number): HookRun[] {
  return lifecycleHooks
    .filter(({ lifecycleStages }) => lifecycleStages.some(one => one === stage))
    .map(({ targetType, hookTargetArn, timeoutConfiguration: timeout = {} }) => {
      const { timeoutInMinutes = 1440, action = 'ROLLBACK' } = timeout
      const isPause = targetType === 'PAUSE'
      return {
        id: `ecs-${isPause ? 'pause' : 'lambda'}-${randomBytes(32).toString('base64url')}`,
        status: isPause ? 'AWAITING_ACTION' : 'SUCCEEDED',
        expiresAt: now + timeoutInMinutes * 60_000,
        timeoutAction: action,
        ...(hookTargetArn === undefined ? {} : { targetArn: hookTargetArn }),
      }
    })
}

/** A hook's execution as DescribeServiceDeployments prints it. */
export function printHook({ id, status, expiresAt, timeoutAction, targetArn }: HookRun): object {
  return {
    hookId: id,
    targetType: targetArn === undefined ? 'PAUSE' : 'AWS_LAMBDA',
    ...(targetArn === undefined ? {} : { targetArn }),
    status,
    expiresAt: expiresAt / 1000,
    timeoutAction,
  }
}
