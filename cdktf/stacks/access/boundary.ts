import { boundaryArn } from '../../../scripts/access/boundary.ts'
import type { Environment } from '../../../scripts/catalogue/environments.ts'
import { IamRole } from '../../aws.ts'
import type { BaseStack } from '../shared/base-stack.ts'

/** Puts every role of a service's stack behind the boundary of its environment: CI may not create one without it. */
export function boundRoles(stack: BaseStack, name: string, environment: Environment): void {
  for (const one of stack.node.findAll())
    if (one instanceof IamRole) one.permissionsBoundary = boundaryArn({ name, environment })
}
