import type { Environment } from '../../../scripts/catalogue/environments.ts'
import { stackId, type Target } from '../../../scripts/names/target.ts'
import type { Construct } from '../../cdk.ts'
import { BaseStack, targetProps } from '../shared/base-stack.ts'

/** The stack of a target to remove: only its provider and state, so that a plan destroys the rest. */
export class RemovedStack extends BaseStack {
  constructor(scope: Construct, target: Target, environment: Environment) {
    super(scope, stackId(target), targetProps(target, environment))
  }
}
