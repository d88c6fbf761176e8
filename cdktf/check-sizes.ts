import { z } from 'zod'
import {
  bucketPolicyBytes,
  inlinePolicyCharacters,
  managedPoliciesPerRole,
  managedPolicyCharacters,
  repositoryPolicyCharacters,
} from '../scripts/aws/quotas.ts'
import { textSize } from '../scripts/aws/statements.ts'
import { UserError } from '../scripts/base/user-error.ts'
import type { Environments } from '../scripts/catalogue/environments.ts'
import { stackErrors } from '../scripts/stack/errors.ts'
import { withoutEscapes } from './stacks/shared/literal.ts'

const policies = z.record(z.string(), z.looseObject({ policy: z.string(), role: z.string().optional() }))
const stackJson = z.looseObject({
  resource: z
    .looseObject({
      aws_ecr_repository_policy: policies.default({}),
      aws_iam_policy: policies.default({}),
      aws_iam_role: z.record(z.string(), z.looseObject({ assume_role_policy: z.string() })).default({}),
      aws_iam_role_policy: policies.default({}),
      aws_iam_role_policy_attachment: z.record(z.string(), z.looseObject({ role: z.string() })).default({}),
      aws_s3_bucket_policy: policies.default({}),
    })
    .optional(),
})

type Size = { readonly of: string; readonly size: number; readonly most: number }

/** Finds policies that AWS would refuse for their size, before Terraform has changed half of a stack. */
export function checkSizes(id: string, stack: unknown, { quotas }: Environments): UserError[] {
  const { resource } = stackJson.parse(stack)
  if (resource === undefined) return []
  const { aws_iam_role_policy: inline, aws_iam_role_policy_attachment: attached } = resource
  const sizes: Size[] = [
    ...Object.entries(resource.aws_iam_role).flatMap(([name, role]): Size[] => {
      const ofIt = (one: { role?: string | undefined }) => one.role === `\${aws_iam_role.${name}.name}`
      const own = Object.values(inline).filter(ofIt)
      return [
        {
          of: `the trust policy of the role ${name}`,
          size: sizeOf(role.assume_role_policy),
          most: quotas.trustPolicyCharacters,
        },
        {
          of: `the inline policies of the role ${name}`,
          size: own.reduce((sum, { policy }) => sum + sizeOf(policy), 0),
          most: inlinePolicyCharacters,
        },
        {
          of: `the list of managed policies of the role ${name}`,
          size: Object.values(attached).filter(ofIt).length,
          most: managedPoliciesPerRole,
        },
      ]
    }),
    ...each('the policy', resource.aws_iam_policy, managedPolicyCharacters),
    ...each('the policy of the repository', resource.aws_ecr_repository_policy, repositoryPolicyCharacters),
    ...each('the policy of the bucket', resource.aws_s3_bucket_policy, bucketPolicyBytes),
  ]
  return sizes
    .filter(({ size, most }) => size > most)
    .map(
      ({ of, size, most }) =>
        new UserError(stackErrors['policy-too-large'], `${of} in the stack ${id} is too large for AWS`, {
          cause: `its size is ${size}, and AWS allows ${most}`,
        }),
    )
}

function each(what: string, all: z.output<typeof policies>, most: number): Size[] {
  return Object.entries(all).map(([name, { policy }]) => ({
    of: `${what} ${name}`,
    size: sizeOf(policy),
    most,
  }))
}

function sizeOf(policy: string): number {
  return textSize(withoutEscapes(policy))
}
