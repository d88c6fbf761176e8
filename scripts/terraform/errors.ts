import { errorCodes } from '../base/user-error.ts'

/** The errors of terraform/. */
export const terraformErrors = errorCodes({
  'terraform-missing': [
    'badInput',
    'terraform is not on the PATH.',
    'Install Terraform 1.10.0 or newer: https://developer.hashicorp.com/terraform/install',
  ],
  'terraform-too-old': [
    'badInput',
    'This version of Terraform is too old.',
    'Install Terraform 1.10.0 or newer: https://developer.hashicorp.com/terraform/install',
  ],
  'own-terraform-invalid': [
    'badInput',
    'What the repository adds to a stack is not valid Terraform: a file of the service, a module of it, or resources that refer to each other in a circle.',
    'Correct the file that Terraform names.',
  ],
  'own-provider-gone': [
    'badInput',
    'Resources of a provider block that the repository added are still in the state, and the block is gone, as it is when the service is destroyed.',
    'Restore the block, remove only its resources, and deploy that with ALLOW_REPLACE=<their addresses>. Then remove the block, or destroy the service.',
  ],
  'terraform-failed': [
    'cloud',
    'Terraform failed. The state has what it created before that.',
    'Fix what it reports, then run this again: it continues from there.',
  ],
  'terraform-interrupted': [
    'cloud',
    'The run was asked to stop; Terraform finished its current step and kept its state.',
    'It is safe to run this again: it continues from there.',
  ],
  'terraform-locked': [
    'refused',
    'Another run holds the lock on the state.',
    'Wait until it ends, then run this again.',
  ],
  'terraform-lock-id': [
    'refused',
    'UNLOCK does not name the current lock of the state.',
    'See who holds it.',
  ],
  'terraform-version': [
    'badInput',
    'The plan was made by another version of Terraform.',
    'Use the version that made it, or plan again and have the new plan approved.',
  ],
  'terraform-exists': [
    'refused',
    'AWS already has a resource with that name, which is not in the state.',
    'A run that was killed together with Terraform left it, or somebody created it by hand. Run this again with ADOPT=1 to take it over (docs/adopt.md, "What you already have"), or remove it if nobody uses it.',
  ],
  'terraform-protected': [
    'refused',
    'The plan would destroy a protected resource.',
    'Nothing was changed. Resources with prevent_destroy hold releases or state: keep their declarations.',
  ],
  'terraform-missing-base': [
    'badInput',
    'Something that the stack builds on does not exist: a cluster, a subnet, a listener, a role, a repository, a bucket.',
    'Create it, or correct it in cdktf/environments.json.',
  ],
  'adopt-controller': [
    'refused',
    'ECS does not deploy the service that would be taken over itself.',
    'Give ECS the service first, as the message says.',
  ],
  'terraform-denied': [
    'badInput',
    'AWS refuses these credentials.',
    'Use credentials of the account in cdktf/environments.json that have the rights in the message.',
  ],
  'terraform-provider': [
    'badInput',
    "Terraform's AWS provider cannot be installed.",
    'Check the network, and cdktf/.terraform.lock.hcl, whose version terraform.awsProvider in cdktf/environments.json has to allow (docs/deploy.md says how to write it).',
  ],
  'terraform-unknown-action': [
    'refused',
    'The plan has an action that Waybill does not know.',
    'Use a version of Terraform that Waybill supports.',
  ],
  'state-missing': [
    'badInput',
    'The state bucket does not exist.',
    'make bootstrap ENV=<environment> creates it (make bootstrap for the foundation).',
  ],
  'state-damaged': [
    'badInput',
    'The state is damaged.',
    'The bucket keeps earlier versions of the state: restore the last good one.',
  ],
  'state-newer': [
    'badInput',
    'The state was written by a newer Terraform.',
    'Install that version of Terraform, or a newer one.',
  ],
  'state-unsaved': [
    'badInput',
    'The changes could not be written to the state. If Terraform left the new state behind, the message names the file that keeps it and the command that writes it.',
    'Fix what it reports first. New resources are not in the state: import them or remove them by hand before you run this again, or AWS refuses to create them because they already exist.',
  ],
  'state-rescued': [
    'cloud',
    'The first attempt to save the state failed, the second succeeded.',
    'Nothing is lost: run this again.',
  ],
  'state-bucket': [
    'badInput',
    'The bucket cannot be used for the state.',
    'Set stateBucket in cdktf/environments.json.',
  ],
  'plan-stale': [
    'refused',
    'The state changed after the plan was made.',
    'Run it again. A saved plan has to be made and approved again.',
  ],
  'plan-incomplete': [
    'refused',
    'Terraform hit an error while planning.',
    'Fix what Terraform reports, then plan again.',
  ],
})
