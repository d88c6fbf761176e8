import { plain } from '../../base/printable.ts'
import {
  allowsProvider,
  bindingsVersion,
  isOneVersion,
  lockedProvider,
} from '../../catalogue/aws-provider.ts'
import type { Environments } from '../../catalogue/environments.ts'
import { type DoctorCheck, fails, judge, type Look, passes, warns } from '../check.ts'

const remedy = 'docs/deploy.md says how to write cdktf/.terraform.lock.hcl: do it again, and commit the file.'

/** Says which version of Terraform's AWS provider runs use; `lock` is the text of cdktf/.terraform.lock.hcl, if there is one. */
export function checkProvider(environments: Look<Environments>, lock: string | undefined): DoctorCheck {
  const title = 'AWS provider'
  return judge(title, environments, ({ terraform }) => {
    const constraint = terraform?.awsProvider ?? bindingsVersion
    const locked = lock === undefined ? undefined : lockedProvider(lock)
    if (locked !== undefined) {
      const shown = plain(locked)
      return allowsProvider(constraint, locked)
        ? passes(title, `${shown}, from cdktf/.terraform.lock.hcl; ${constraint} is allowed`)
        : fails(title, `cdktf/.terraform.lock.hcl has ${shown}, and ${constraint} is allowed`, remedy)
    }
    if (isOneVersion(constraint)) return passes(title, `${constraint}, without a lock file for its hashes`)
    return warns(title, `the newest that ${constraint} allows, which can differ from run to run`, remedy)
  })
}
