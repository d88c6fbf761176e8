import type { Environment } from '../../../scripts/catalogue/environments.ts'
import { stackId, type Target } from '../../../scripts/names/target.ts'
import type { Construct } from '../../cdk.ts'
import { BaseStack, targetProps } from '../shared/base-stack.ts'

/** The stack of a target that is to go: nothing but its provider and its state, so that a plan takes down the rest. */
export class RemovedStack extends BaseStack {
  constructor(scope: Construct, target: Target, environment: Environment) {
    super(scope, stackId(target), targetProps(target, environment))
  }
}
