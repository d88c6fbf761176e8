import { plain } from '../../base/printable.ts'
import type { Environments } from '../../catalogue/environments.ts'
import { type DoctorCheck, fails, passes } from '../check.ts'
import type { WorkflowFile } from './file.ts'

/** Checks that jobs which deploy may write to GitHub what environments announce there; nothing if none does. */
export function checkAnnouncing(
  workflows: readonly (readonly [file: string, WorkflowFile])[],
  { environments }: Environments,
): DoctorCheck[] {
  const notices = Object.values(environments).flatMap(one => one.notices ?? [])
  const wanted = [
    ...(notices.some(one => one.githubDeployments) ? ['deployments'] : []),
    ...(notices.some(one => one.githubRecords) ? ['artifact-metadata'] : []),
  ]
  if (wanted.length === 0) return []
  const title = 'notice permissions'
  const lacking = workflows.flatMap(([file, { deploys }]) =>
    deploys.flatMap(({ writes }) => {
      const missing = writes === 'all' ? [] : wanted.filter(right => !writes.includes(right))
      return missing.length === 0 ? [] : [{ file, missing }]
    }),
  )
  const [first] = lacking
  if (first === undefined) return [passes(title, `${wanted.join(', ')}: write`)]
  return [
    fails(
      title,
      `a job of ${plain(first.file, 60)} deploys without ${first.missing.map(right => `${right}: write`).join(' and ')}`,
      'Add it to the permissions of that job, and of each job that calls its workflow; or leave out notices for GitHub in cdktf/environments.json.',
    ),
  ]
}
