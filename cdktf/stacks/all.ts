import type { KindName } from '../../scripts/kinds/all.ts'
import type { Construct } from '../cdk.ts'
import { ecsSpec } from './ecs/spec.ts'
import { EcsStack } from './ecs/stack.ts'
import { imageSpec, zipSpec } from './lambda/spec.ts'
import { LambdaStack } from './lambda/stack.ts'
import type { ServiceStack } from './shared/service-stack.ts'
import type { ServiceSpec } from './shared/spec.ts'

/** Makes a stack once all that it is made from is known to be right. */
type MakeStack = (scope: Construct) => ServiceStack

/** Checks what the stack of each kind is made from, and answers how it is made. */
const stacks = {
  'lambda-zip': prepare(zipSpec, LambdaStack),
  'lambda-image': prepare(imageSpec, LambdaStack),
  'ecs-service': prepare(ecsSpec, EcsStack),
} as const satisfies Record<KindName, (spec: ServiceSpec) => MakeStack>

/** Checks what a service's stack is made from; what is missing or does not fit is a `UserError`. */
export function prepareStack(spec: ServiceSpec): MakeStack {
  return stacks[spec.config.kind](spec)
}

function prepare<Spec>(
  complete: (spec: ServiceSpec) => Spec,
  Stack: new (scope: Construct, spec: Spec) => ServiceStack,
): (spec: ServiceSpec) => MakeStack {
  return spec => {
    const whole = complete(spec)
    return scope => new Stack(scope, whole)
  }
}
