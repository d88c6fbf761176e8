import type { KindName } from '../../scripts/kinds/all.ts'
import type { TerraformResource, TerraformStack } from '../cdk.ts'
import type { EcsResources } from './ecs/resources.ts'
import type { FunctionResources } from './lambda/resources.ts'

/*
 * What `services/<name>/stack.ts` and `cdktf/all.ts` are written against: the package exports these types as
 * `waybill/stack`.
 */

/**
 * The default export of `services/<name>/stack.ts`, and of `cdktf/all.ts` for all services. It adds resources to the stack
 * of a service in an environment, and overrides attributes of those that are there. What Waybill relies on, it may not
 * change: names, pointers, artifacts, `lifecycle`, and where the state is. It runs in each synth, once for each
 * environment, and cannot be async.
 */
export type Extend<Kind extends KindName = KindName> = (
  stack: TerraformStack,
  resources: Resources<Kind>,
  target: ExtendedTarget,
) => void

/** The service and environment that a stack is for. */
export type ExtendedTarget = {
  readonly service: string
  readonly environment: string
  readonly kind: KindName
  readonly account: string
  readonly region: string
  /** The release that is pinned, as in `service-a-v1.1.0`. A resource that uses it changes with each release. */
  readonly tag: string
}

/** The resources of a service's stack, by the name in their Terraform address: `aws_iam_role.role` is `role`. */
export type Resources<Kind extends KindName = KindName> = (Kind extends keyof ResourcesOf
  ? ResourcesOf[Kind]
  : unknown) &
  Readonly<Record<string, TerraformResource | undefined>>

type ResourcesOf = {
  readonly 'lambda-zip': FunctionResources
  readonly 'lambda-image': FunctionResources
  readonly 'ecs-service': EcsResources
}
