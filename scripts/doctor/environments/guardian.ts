import { type DoctorCheck, fails, judge, passes } from '../check.ts'
import type { EnvironmentSeen } from './seen.ts'

/** Checks that there is somebody to call at the deadline of a rollout: without, no service but the guardian rolls out. */
export function checkGuardian({ name, environment, guardian }: EnvironmentSeen): DoctorCheck[] {
  const settings = environment.guardian
  if (settings === undefined || guardian === undefined) return []
  const { service, minutes, steps } = settings
  const title = 'guardian'
  const does = steps === undefined ? 'ends rollouts' : 'makes the steps of rollouts and ends them'
  return [
    judge(title, guardian, isDeployed =>
      isDeployed
        ? passes(title, `${service} ${does}, and minds alarms for ${minutes} minutes after`)
        : fails(
            title,
            `${service} is not deployed to ${name}, so no other service rolls out there`,
            `Release and pin it, then: make deploy ENV=${name} SERVICE=${service}`,
          ),
    ),
  ]
}
