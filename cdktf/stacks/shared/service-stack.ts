import type { PolicyStatement } from '../../../scripts/aws/statements.ts'
import type { AppliedBase } from '../../../scripts/kinds/kind.ts'
import { printTarget, stackId, type Target } from '../../../scripts/names/target.ts'
import { CloudwatchLogGroup, IamRole, IamRolePolicy } from '../../aws.ts'
import { type Construct, TerraformOutput } from '../../cdk.ts'
import { BaseStack, targetProps } from './base-stack.ts'
import { policyDocument } from './policies.ts'
import type { ServiceSpec } from './spec.ts'

/** What the stacks of all kinds of services have. */
export class ServiceStack extends BaseStack {
  constructor(scope: Construct, { target, environment }: ServiceSpec) {
    super(scope, stackId(target), targetProps(target, environment))
  }

  /** The log group, so that its retention is ours; what it holds goes with the stack. */
  log(name: string, retentionInDays: number): CloudwatchLogGroup {
    return new CloudwatchLogGroup(this, 'log', { name, retentionInDays })
  }

  /** A role as `aws_iam_role.<id>`, with one policy of its own when it may do anything. */
  role(id: string, name: string, trust: string, statements: readonly PolicyStatement[]): Role {
    const role = new IamRole(this, id, { name, assumeRolePolicy: trust })
    if (statements.length === 0) return { role, policies: [] }
    const policy = policyDocument(statements)
    return { role, policies: [new IamRolePolicy(this, `${id}_policy`, { name, role: role.name, policy })] }
  }

  /** Puts out what was applied, for the rollout, and some more, for a person. */
  putOut<Applied extends AppliedBase>(
    { config: { kind } }: ServiceSpec,
    applied: Omit<Applied, 'kind'>,
    others: Readonly<Record<string, string>>,
  ): void {
    const description = 'What was applied: the rollout points to it'
    new TerraformOutput(this, 'applied', { value: { kind, ...applied }, description })
    for (const [name, value] of Object.entries(others)) new TerraformOutput(this, name, { value })
  }
}

/** A role, and its policies, which have to be there before it is of use. */
export type Role = { readonly role: IamRole; readonly policies: readonly IamRolePolicy[] }

/** What the code learns of its release; both change with the release alone. */
export function releaseVariables({ pin }: ServiceSpec): Record<string, string> {
  return { RELEASE: pin.tag, COMMIT: pin.commit }
}

/** What an alarm says of itself. */
export function describeAlarm(what: string, target: Target): string {
  return `${what} of ${printTarget(target)}; a rollout that meets it is stopped`
}
