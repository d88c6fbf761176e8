import { errorCodes } from '../base/user-error.ts'

/** The errors of stack/. */
export const stackErrors = errorCodes({
  'stack-packages-missing': [
    'badInput',
    'The packages that synthesize the stacks are not installed, or not in the version that Waybill needs.',
    'Install them: the message shows the command.',
  ],
  'setting-missing': [
    'badInput',
    'cdktf/environments.json lacks a field that a service needs.',
    'Add it to the environment.',
  ],
  'setting-unknown-environment': [
    'badInput',
    'A service.json has settings for an environment that does not exist.',
    'Correct the name, or add the environment to cdktf/environments.json.',
  ],
  'setting-region': [
    'badInput',
    'The environment and the artifacts are in different regions.',
    'Deploy in the region of the artifacts.',
  ],
  'setting-guardian': [
    'badInput',
    'The guardian of an environment is no service of this repository, or not a function.',
    'Correct guardian.service of the environment in cdktf/environments.json.',
  ],
  'setting-sidecar': [
    'badInput',
    'A sidecar has the name of the service, which its own container has.',
    'Give the sidecar another name.',
  ],
  'setting-movable-tags': [
    'badInput',
    'A pattern of movableTags matches the name of a build or of a release, which nobody may move.',
    'Write a narrower one.',
  ],
  'setting-provider': [
    'badInput',
    'A setting needs a newer version of the AWS provider than the one that is required.',
    'Set terraform.awsProvider in cdktf/environments.json.',
  ],
  'policy-too-large': [
    'badInput',
    'A policy would be larger than AWS allows.',
    'Shorten what it lists: permissions and secrets of the service, release branches, names of repositories, or accounts. If AWS has raised the quota of a trust policy, set quotas.trustPolicyCharacters in cdktf/environments.json.',
  ],
  'pin-unknown-service': [
    'badInput',
    'A pin is for a service or environment that does not exist.',
    'Remove the pin, or restore the service.',
  ],
  'pin-other-artifact': [
    'badInput',
    'A pin has a different artifact type from the service.',
    'Release the service as it is now, and pin that.',
  ],
  'own-stack-unusable': [
    'badInput',
    'A stack.ts of a service, or cdktf/all.ts, cannot be loaded, exports no function, or fails.',
    'Correct the file that the message names.',
  ],
  'own-stack-forbidden': [
    'badInput',
    'A stack.ts of a service, or cdktf/all.ts, changes what Waybill relies on: a name, a pointer, an artifact, or where the state is.',
    'Leave that to service.json and environments.json. Add resources under names of their own, and override only other attributes.',
  ],
  'own-terraform-override': [
    'badInput',
    'A Terraform file of a service is an override file, which could change anything that Waybill relies on.',
    'Put what it has into service.json or stack.ts, or rename the file if it only adds resources.',
  ],
  'own-terraform-reserved': [
    'badInput',
    'A Terraform file of a service has the name of a file that Waybill writes for the stack, and would replace it.',
    'Rename the file.',
  ],
  'own-terraform-unreadable': [
    'badInput',
    'A Terraform file of a service is a link to nothing, or no file at all.',
    'Replace it with a file, or remove it.',
  ],
})
