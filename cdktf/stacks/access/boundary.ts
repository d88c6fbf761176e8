import { boundaryArn } from '../../../scripts/access/boundary.ts'
import { guardianBoundaryArn, guardianRole } from '../../../scripts/access/guardian.ts'
import type { Environment } from '../../../scripts/catalogue/environments.ts'
import { IamRole } from '../../aws.ts'
import type { BaseStack } from '../shared/base-stack.ts'

type Scope = { readonly prefix: string; readonly name: string; readonly environment: Environment }

/** Gives every role in a service's stack the boundary of its environment, which CI needs in order to create it. */
export function boundRoles(stack: BaseStack, scope: Scope): void {
  const { guardian } = scope.environment
  const guards = guardian && guardianRole(scope, guardian)
  for (const one of stack.node.findAll())
    if (one instanceof IamRole)
      one.permissionsBoundary = one.nameInput === guards ? guardianBoundaryArn(scope) : boundaryArn(scope)
}
