import { boundaryArn } from '../../../scripts/access/boundary.ts'
import { IamRole } from '../../aws.ts'
import type { BaseStack } from '../shared/base-stack.ts'

/** Gives every role in a service's stack the boundary of its environment, which CI needs in order to create it. */
export function boundRoles(stack: BaseStack, scope: Parameters<typeof boundaryArn>[0]): void {
  for (const one of stack.node.findAll())
    if (one instanceof IamRole) one.permissionsBoundary = boundaryArn(scope)
}
