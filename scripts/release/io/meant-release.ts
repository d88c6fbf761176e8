import { mainBranch } from '../../catalogue/environments.ts'
import { serviceFile } from '../../catalogue/inputs.ts'
import { readAt } from '../../git/io/files.ts'
import { fetchBranch, type RemoteRefs } from '../../git/io/remote.ts'
import { printTag, type ReleaseTag, tagCandidates } from '../../names/release-tag.ts'
import type { Project } from '../../project/io/project.ts'
import { readRecord } from './records.ts'

/**
 * The release that a person means: `a-v1.1.0` is that of `service-a` if there is neither such a tag or record nor a
 * service `a`, as for `SERVICE=a`.
 */
export async function meantRelease(
  project: Project,
  refs: RemoteRefs,
  named: ReleaseTag,
): Promise<ReleaseTag> {
  const [, other] = tagCandidates(named)
  if (other === undefined || refs.tags.has(printTag(named))) return named
  if ((await readRecord(project.stores, named).catch(() => named)) !== undefined) return named
  const branch = mainBranch(project.environments)
  const head = refs.branches.get(branch)
  if (head === undefined) return named
  await fetchBranch(project.git, branch, head)
  const [own, prefixed] = await Promise.all(
    [named, other].map(({ service }) => readAt(project.git, head, serviceFile(service))),
  )
  if (own !== undefined) return named
  return prefixed !== undefined || refs.tags.has(printTag(other)) ? other : named
}
