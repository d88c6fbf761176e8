import type { PolicyStatement } from '../../../scripts/aws/statements.ts'
import type { AppliedBase } from '../../../scripts/kinds/kind.ts'
import type { CommonSettings } from '../../../scripts/kinds/settings.ts'
import { printTarget, stackId, type Target } from '../../../scripts/names/target.ts'
import { CloudwatchLogGroup, IamRole, IamRolePolicy } from '../../aws.ts'
import { type Construct, TerraformOutput } from '../../cdk.ts'
import { BaseStack, targetProps } from './base-stack.ts'
import { policyDocument } from './policies.ts'
import type { ServiceSpec } from './spec.ts'

/** The base of all service stacks. */
export class ServiceStack extends BaseStack {
  constructor(
    scope: Construct,
    { target, environment, settings }: ServiceSpec & { readonly settings: CommonSettings },
  ) {
    super(scope, stackId(target), targetProps(target, environment, settings.tags))
  }

  /** Creates the log group, to control its retention. Destroying the stack deletes its logs. */
  log(name: string, { logRetentionDays, kmsKeyArn }: CommonSettings): CloudwatchLogGroup {
    return new CloudwatchLogGroup(this, 'log', {
      name,
      retentionInDays: logRetentionDays,
      ...(kmsKeyArn === undefined ? {} : { kmsKeyId: kmsKeyArn }),
    })
  }

  /** Creates the role `aws_iam_role.<id>`, with one policy unless there are no statements. */
  role(id: string, name: string, trust: string, statements: readonly PolicyStatement[]): Role {
    const role = new IamRole(this, id, { name, assumeRolePolicy: trust })
    if (statements.length === 0) return { role, policies: [] }
    const policy = policyDocument(statements)
    return { role, policies: [new IamRolePolicy(this, `${id}_policy`, { name, role: role.name, policy })] }
  }

  /** Outputs what was applied, for the rollout, and `others`, for people. */
  addOutputs<Applied extends AppliedBase>(
    { config: { kind } }: ServiceSpec,
    applied: Omit<Applied, 'kind'>,
    others: Readonly<Record<string, string>>,
  ): void {
    const description = 'What was applied: the rollout points to it'
    new TerraformOutput(this, 'applied', { value: { kind, ...applied }, description })
    for (const [name, value] of Object.entries(others)) new TerraformOutput(this, name, { value })
  }
}

/** A role and its policies, which must exist before the role is used. */
export type Role = { readonly role: IamRole; readonly policies: readonly IamRolePolicy[] }

/** The variables that tell the code its release. They change only with the release. */
export function releaseVariables({ pin }: ServiceSpec): Record<string, string> {
  return { RELEASE: pin.tag, COMMIT: pin.commit }
}

/** The description of an alarm. */
export function describeAlarm(what: string, target: Target): string {
  return `${what} of ${printTarget(target)}`
}
