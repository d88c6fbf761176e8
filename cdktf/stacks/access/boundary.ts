import { boundaryArn } from '../../../scripts/access/boundary.ts'
import type { Environment } from '../../../scripts/catalogue/environments.ts'
import { IamRole } from '../../aws.ts'
import type { BaseStack } from '../shared/base-stack.ts'

/** Gives every role in a service's stack the boundary of its environment, which CI needs in order to create it. */
export function boundRoles(stack: BaseStack, name: string, environment: Environment): void {
  for (const one of stack.node.findAll())
    if (one instanceof IamRole) one.permissionsBoundary = boundaryArn({ name, environment })
}
