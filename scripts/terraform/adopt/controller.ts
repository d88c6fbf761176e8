import { UserError } from '../../base/user-error.ts'
import { terraformErrors } from '../errors.ts'

/**
 * Throws if ECS does not deploy a service itself. ECS can be given the controller in place, but a Terraform provider would
 * replace the service for it.
 */
export function requireOwnController(
  type: string | undefined,
  { cluster, name }: { readonly cluster: string; readonly name: string },
): void {
  if (type === undefined || type === 'ECS') return
  const service = `--cluster ${cluster} --service ${name}`
  const isCodeDeploy = type === 'CODE_DEPLOY'
  throw new UserError(
    terraformErrors['adopt-controller'],
    `${isCodeDeploy ? 'CodeDeploy' : 'a controller of its own'} deploys the service ${name} of the cluster ${cluster}`,
    {
      cause: `its deployment controller is ${type}, and a rollout moves only services whose controller is ECS`,
      remedy: isCodeDeploy
        ? `When no deployment of CodeDeploy runs, give ECS the service, which AWS does in place: aws ecs update-service ${service} --deployment-controller type=ECS --deployment-configuration strategy=ROLLING. Then delete its CodeDeploy deployment group, and run this again.`
        : `AWS changes an ${type} controller only with a new service: leave name out, let Waybill create one beside it, and take the old one down.`,
    },
  )
}
