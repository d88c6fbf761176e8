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
import {
  DefaultTokenResolver,
  StringConcat,
  TerraformResource,
  type TerraformStack,
  Tokenization,
} from './cdk.ts'
import { withoutEscapes } from './stacks/shared/literal.ts'

const policy = z.looseObject({ policy: z.string(), role: z.string().optional() })
const shapes = {
  aws_ecr_repository_policy: policy,
  aws_iam_policy: policy,
  aws_iam_role: z.looseObject({ assume_role_policy: z.string() }),
  aws_iam_role_policy: policy,
  aws_iam_role_policy_attachment: z.looseObject({ role: z.string() }),
  aws_s3_bucket_policy: policy,
}
type TypeName = keyof typeof shapes
type Sized = { [Type in TypeName]: Map<string, z.output<(typeof shapes)[Type]>> }

type Size = { readonly of: string; readonly size: number; readonly most: number }

/** Finds policies of a stack that AWS would refuse for their size, before Terraform has changed half of it. */
export function checkSizes(stack: TerraformStack, { quotas }: Environments): UserError[] {
  const resource = sized(stack)
  const sizes: Size[] = [
    ...[...resource.aws_iam_role].flatMap(([name, role]): Size[] => {
      const ofIt = (one: { role?: string | undefined }) => one.role === `\${aws_iam_role.${name}.name}`
      const own = [...resource.aws_iam_role_policy.values()].filter(ofIt)
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
          size: [...resource.aws_iam_role_policy_attachment.values()].filter(ofIt).length,
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
        new UserError(
          stackErrors['policy-too-large'],
          `${of} in the stack ${stack.node.id} is too large for AWS`,
          {
            cause: `its size is ${size}, and AWS allows ${most}`,
          },
        ),
    )
}

/** The resources that have a size, resolved: to resolve the whole stack twice would cost as much again as its synth. */
function sized(stack: TerraformStack): Sized {
  const all = Object.fromEntries(Object.keys(shapes).map(type => [type, new Map()])) as Sized
  const resolver = new DefaultTokenResolver(new StringConcat())
  for (const one of stack.node.findAll()) {
    if (!(one instanceof TerraformResource) || !Object.hasOwn(shapes, one.terraformResourceType)) continue
    const type = one.terraformResourceType as TypeName
    const name = one.friendlyUniqueId
    const json = Tokenization.resolve(one.toTerraform(), { scope: stack, resolver, preparing: false })
    all[type].set(name, shapes[type].parse(json.resource[type][name]) as never)
  }
  return all
}

function each(what: string, all: Sized['aws_iam_policy'], most: number): Size[] {
  return [...all].map(([name, { policy }]) => ({
    of: `${what} ${name}`,
    size: sizeOf(policy),
    most,
  }))
}

function sizeOf(policy: string): number {
  return textSize(withoutEscapes(policy))
}
