import type { KindName } from '../../scripts/kinds/all.ts'
import type { Construct } from '../cdk.ts'
import { fixedOfEcs } from './ecs/resources.ts'
import { ecsSpec } from './ecs/spec.ts'
import { EcsStack } from './ecs/stack.ts'
import { fixedOfFunctions } from './lambda/resources.ts'
import { imageSpec, zipSpec } from './lambda/spec.ts'
import { LambdaStack } from './lambda/stack.ts'
import type { Fixed } from './shared/fixed.ts'
import type { ServiceStack } from './shared/service-stack.ts'
import type { ServiceSpec } from './shared/spec.ts'

/** Creates a stack from checked input. */
type MakeStack = (scope: Construct) => ServiceStack

const stacks = {
  'lambda-zip': prepare(zipSpec, LambdaStack),
  'lambda-image': prepare(imageSpec, LambdaStack),
  'ecs-service': prepare(ecsSpec, EcsStack),
} as const satisfies Record<KindName, (spec: ServiceSpec) => MakeStack>

/** The attributes, by Terraform type, that no extension of a stack may change. */
export const fixed: Fixed = { ...fixedOfFunctions, ...fixedOfEcs }

/** Checks the input of a service's stack, or throws a `UserError`, and returns a function that creates the stack. */
export function prepareStack(spec: ServiceSpec): MakeStack {
  return stacks[spec.config.kind](spec)
}

function prepare<Spec>(
  complete: (spec: ServiceSpec) => Spec,
  Stack: new (scope: Construct, spec: Spec) => ServiceStack,
): (spec: ServiceSpec) => MakeStack {
  return spec => {
    const completed = complete(spec)
    return scope => new Stack(scope, completed)
  }
}
