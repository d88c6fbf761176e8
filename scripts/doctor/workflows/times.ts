import { plain } from '../../base/printable.ts'
import type { LongestDeploy } from '../../catalogue/longest-deploy.ts'
import { printMinutes } from '../../strategy/phases.ts'
import { longestSession } from '../../strategy/session.ts'
import { type DoctorCheck, fails, passes } from '../check.ts'
import { type DeployJob, hostedMinutes, type WorkflowFile } from './file.ts'

/** Checks that jobs last as long as the deploys in them may take: GitHub ends a longer one in the middle of a rollout. */
export function checkTimes(
  workflows: readonly (readonly [file: string, WorkflowFile])[],
  longest: LongestDeploy | undefined,
): DoctorCheck {
  const title = 'rollout times'
  const jobs = workflows.flatMap(([file, { deploys }]) => deploys.map(job => ({ file, ...job })))
  if (longest === undefined || jobs.length === 0) return passes(title, 'no workflow deploys a service')
  const { service, environment, minutes } = longest
  const says = `a deploy of ${service} to ${environment} can take ${printMinutes(minutes)}`
  const shorten = `Shorten its strategy in services/${service}/service.json`
  if (minutes > longestSession)
    return fails(
      title,
      `${says}, and no session of a role lasts longer than ${printMinutes(longestSession)}`,
      `${shorten}.`,
    )
  const short = jobs.find(job => minutesOf(job) < minutes)
  if (short === undefined) return passes(title, `${says}, which is the longest`)
  const own = minutes > hostedMinutes ? ', on a runner of your own' : ''
  return fails(
    title,
    `${says}, and ${plain(short.file, 60)} ends the job after ${printMinutes(minutesOf(short))}`,
    `${shorten}, or write timeout-minutes: ${minutes} for that job${own}.`,
  )
}

// An expression has its value only in a run.
function minutesOf({ minutes = Number.POSITIVE_INFINITY, isHosted }: DeployJob): number {
  return isHosted ? Math.min(minutes, hostedMinutes) : minutes
}
