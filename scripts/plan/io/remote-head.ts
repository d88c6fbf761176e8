import { firstFew } from '../../base/printable.ts'
import { UserError } from '../../base/user-error.ts'
import { mainBranch } from '../../catalogue/environments.ts'
import { serviceFile } from '../../catalogue/inputs.ts'
import { remoteName } from '../../git/io/explain-remote.ts'
import { contentThatDiffers } from '../../git/io/work-tree-content.ts'
import { type CommitSha, short } from '../../names/commit.ts'
import type { ServiceName } from '../../names/service-name.ts'
import type { Project } from '../../project/io/project.ts'
import { planErrors } from '../errors.ts'

// What Node and Terraform may read although git ignores it: modules, packages that shadow others, the lock file.
const readable = /\.([cm]?[jt]sx?|json|node|wasm|hcl)$|(^|\/)node_modules(\/|$)/

/**
 * The paths that define the stacks of some services and in which this work tree differs from the remote's main branch.
 */
export async function differsFromRemote(
  { git }: Project,
  head: CommitSha,
  services: readonly ServiceName[],
): Promise<string[]> {
  const common = ['cdktf', 'scripts', 'package.json', 'package-lock.json', 'pnpm-lock.yaml', 'yarn.lock']
  return await contentThatDiffers(git, head, {
    paths: [...common, ...services.map(serviceFile)],
    // Pins are read from the remote; Terraform keeps its own files below a folder that it makes.
    except: ['cdktf/pins', 'cdktf/.terraform'],
    matters: path => readable.test(path),
  })
}

/** Refuses to deploy from a work tree that differs from the remote's main branch, since deploys come from the branch. */
export async function requireRemoteHead(
  project: Project,
  head: CommitSha,
  services: readonly ServiceName[],
): Promise<void> {
  const paths = await differsFromRemote(project, head, services)
  if (paths.length === 0) return
  const branch = mainBranch(project.environments)
  throw new UserError(
    planErrors['work-tree-differs'],
    `this work tree differs from ${branch} on the remote ${remoteName} (${short(head)})`,
    {
      cause: `files that define the stacks differ: ${firstFew(paths)}`,
      remedy: `git switch ${branch} && git pull; commit and push what you want to deploy. make plan shows what this work tree would do.`,
    },
  )
}
