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
  'terraform-failed': [
    'cloud',
    'Terraform failed; what it made is kept in the state.',
    'Fix what it says. Running this again goes on from there.',
  ],
  'terraform-interrupted': [
    'cloud',
    'The run was asked to stop; Terraform finished its current step and kept its state.',
    'It is safe to run this again: it goes on from there.',
  ],
  'terraform-locked': [
    'refused',
    'Another run holds the lock on the state.',
    'Wait until it has ended, then run this again.',
  ],
  'terraform-lock-id': [
    'refused',
    'The state is locked by another run than UNLOCK names.',
    'See who holds it.',
  ],
  'terraform-version': [
    'badInput',
    'The plan was made by another version of Terraform.',
    'Use the version that made it, or plan again and have the new plan approved.',
  ],
  'terraform-exists': [
    'refused',
    'AWS already has something of that name, and the state does not know it.',
    'A run that was killed together with Terraform left it, or somebody made it by hand. Import it into the state (docs/deploy.md, "State"; docs/adopt.md for a store), or remove it if nobody uses it; then run this again.',
  ],
  'terraform-protected': [
    'refused',
    'The plan would destroy what is protected.',
    'Nothing was changed. What has prevent_destroy holds releases or state: keep its declaration.',
  ],
  'terraform-denied': [
    'badInput',
    'AWS does not let these credentials do what Terraform asked.',
    'Use credentials of the account that cdktf/environments.json names, with the rights that the message names.',
  ],
  'terraform-provider': [
    'badInput',
    "Terraform's AWS provider cannot be installed.",
    'Check the network, and cdktf/.terraform.lock.hcl (docs/deploy.md says how to make it).',
  ],
  'terraform-unknown-action': [
    'refused',
    'The plan has an action that Waybill does not know.',
    'Use a version of Terraform that Waybill knows.',
  ],
  'state-missing': [
    'badInput',
    'The bucket of the state does not exist.',
    'make bootstrap ENV=<environment> makes it (make bootstrap for the foundation).',
  ],
  'state-damaged': [
    'badInput',
    'The state is damaged.',
    'The bucket keeps earlier versions of the state: put the last good one back.',
  ],
  'state-newer': [
    'badInput',
    'The state was written by a newer Terraform.',
    'Install that version of Terraform, or a newer one.',
  ],
  'state-unsaved': [
    'badInput',
    'What was made could not be written to the state.',
    'Fix what it says first. The state does not know what was made: import it, or remove it by hand, before you run this again, or AWS refuses it because it already exists.',
  ],
  'state-rescued': [
    'cloud',
    'The state could not be saved at the first try.',
    'Do what the message says, then run this again.',
  ],
  'state-bucket': [
    'badInput',
    'The bucket cannot be used for the state.',
    'Set stateBucket in cdktf/environments.json.',
  ],
  'plan-stale': [
    'refused',
    'The state changed after the plan was made.',
    'Plan again, and have the new plan approved.',
  ],
  'plan-incomplete': [
    'refused',
    'Terraform hit an error while it made the plan.',
    'Plan again, and fix what Terraform says.',
  ],
})
