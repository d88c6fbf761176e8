import type { Services } from '../../../scripts/access/artifacts.ts'
import { boundaryName, boundaryStatements } from '../../../scripts/access/boundary.ts'
import { environmentScope } from '../../../scripts/access/environment.ts'
import { guardianBoundary, guardianBoundaryName } from '../../../scripts/access/guardian.ts'
import { packRights } from '../../../scripts/access/pack.ts'
import {
  artifactRoles,
  type CiRole,
  createsProvider,
  environmentRoles,
} from '../../../scripts/access/roles.ts'
import { audience, issuer } from '../../../scripts/access/trust.ts'
import type { Environment, Environments } from '../../../scripts/catalogue/environments.ts'
import { accessStack } from '../../../scripts/stack/names.ts'
import {
  IamOpenidConnectProvider,
  IamPolicy,
  IamRole,
  IamRolePolicy,
  IamRolePolicyAttachment,
} from '../../aws.ts'
import { type Construct, TerraformOutput } from '../../cdk.ts'
import { BaseStack } from '../shared/base-stack.ts'
import { policyDocument } from '../shared/policies.ts'

/** The input of the stack of CI's roles, for the artifact account if there is no environment. */
export type AccessSpec = {
  readonly environments: Environments
  readonly services: Services
  readonly environment?: string
}

/** The roles that GitHub jobs assume in an account, and the identity provider that vouches for the jobs. */
export class AccessStack extends BaseStack {
  constructor(scope: Construct, { environments, services, environment }: AccessSpec) {
    const { stack, stateKey } = accessStack(environment)
    const place = placeOf(environments, environment)
    const tags = environment === undefined ? {} : { 'waybill-environment': environment }
    super(scope, stack, { place, stateKey, tags })
    const provider = createsProvider(environments, environment) ? [identityProvider(this)] : []
    const roles =
      environment === undefined
        ? artifactRoles(environments, services)
        : environmentRoles(environments, environment, services)
    if (environment !== undefined) boundary(this, environment, environments, services)
    const made = roles.map(role => [role.name, this.ciRole(role, provider).arn])
    new TerraformOutput(this, 'roles', { value: Object.fromEntries(made) })
  }

  /** Creates a role with its policies: one for calls by the scripts, one for calls by Terraform, unless they are too long. */
  private ciRole(role: CiRole, dependsOn: IamOpenidConnectProvider[]): IamRole {
    const made = new IamRole(this, role.name, {
      name: role.name,
      description: role.description,
      assumeRolePolicy: policyDocument(role.trust),
      ...(role.sessionSeconds === undefined ? {} : { maxSessionDuration: role.sessionSeconds }),
      dependsOn,
    })
    const { inline, managed } = packRights(role)
    for (const { name, statements } of inline) {
      const policy = policyDocument(statements)
      new IamRolePolicy(this, `${role.name}-${name}`, { name, role: made.name, policy })
    }
    for (const [index, statements] of managed.entries()) {
      const name = `${role.name}-${index + 1}`
      const { arn } = new IamPolicy(this, name, {
        name,
        description: `Part of what ${role.name} may do`,
        policy: policyDocument(statements),
      })
      new IamRolePolicyAttachment(this, `${name}-attachment`, { role: made.name, policyArn: arn })
    }
    for (const [index, policyArn] of (role.policies ?? []).entries())
      new IamRolePolicyAttachment(this, `${role.name}-own-${index + 1}`, { role: made.name, policyArn })
    return made
  }
}

function placeOf({ artifacts, environments }: Environments, environment: string | undefined) {
  return environment === undefined ? artifacts : (environments[environment] as Environment)
}

function identityProvider(scope: Construct): IamOpenidConnectProvider {
  return new IamOpenidConnectProvider(scope, 'github', {
    url: `https://${issuer}`,
    clientIdList: [audience],
    // Other stacks in the account depend on it.
    lifecycle: { preventDestroy: true },
  })
}

function boundary(scope: Construct, name: string, environments: Environments, services: Services): void {
  const guarded = environmentScope(environments, name, services)
  const { guardian } = guarded.environment
  if (guardian !== undefined)
    new IamPolicy(scope, 'guardian', {
      name: guardianBoundaryName({ ...environments, name }),
      description: `What the guardian of ${name} cannot go beyond`,
      policy: policyDocument(guardianBoundary(guarded, guardian)),
    })
  new IamPolicy(scope, 'boundary', {
    name: boundaryName({ ...environments, name }),
    description: `What no role of a service in ${name} can go beyond`,
    policy: policyDocument(boundaryStatements(environments)),
  })
}
