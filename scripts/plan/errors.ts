import { errorCodes } from '../base/user-error.ts'

/** The errors of plan/. */
export const planErrors = errorCodes({
  'plan-several': ['badInput', 'OUT saves the plan of one service, not of several.', 'Name one: SERVICE=…'],
  'plan-unreadable': [
    'badInput',
    'The file is not a Waybill plan or is truncated.',
    'make plan ENV=… SERVICE=… OUT=<file> saves one.',
  ],
  'plan-other-target': [
    'refused',
    'The plan is for another service or environment.',
    'Use the plan that was approved for this deploy.',
  ],
  'plan-outdated': [
    'refused',
    'The pin changed after the plan was approved.',
    'Plan again, and have the new plan approved.',
  ],
  'plan-hash-missing': ['badInput', 'PLAN needs PLAN_SHA256.', 'make plan … OUT=<file> prints it.'],
  'plan-hash': [
    'refused',
    'The file is not the plan that was approved.',
    'Use the file that was approved, or plan again and have the new plan approved.',
  ],
  'plan-not-found': ['badInput', 'There is no plan at that address.', 'make plan … OUT=state saves one.'],
  'plan-not-saved': [
    'badInput',
    'The plan cannot be written.',
    'Name another file with OUT=…, or OUT=state for the state bucket.',
  ],
  'work-tree-differs': [
    'refused',
    "The work tree differs from the remote's main branch.",
    'git switch to that branch and git pull; commit and push what you want to deploy.',
  ],
  'plan-too-much': [
    'refused',
    'The plan would do at once what the platform takes only in several deploys.',
    'Deploy the steps that the message lists, one after the other.',
  ],
  'plan-same-name': [
    'badInput',
    'Two resources of a stack would be one in AWS: one of Waybill and one that the repository adds.',
    'Give the one in stack.ts or in the Terraform file another name.',
  ],
  'plan-reads-secret': [
    'badInput',
    'A data source that the repository adds reads a secret, which Terraform would keep in the state and in every plan.',
    'Give the service the ARN, in secrets of its service.json, or use an ephemeral resource. For a parameter that is no secret, set with_decryption = false.',
  ],
  'plan-loses-resources': [
    'refused',
    'The plan would replace or destroy resources that take traffic or hold releases.',
    'Undo the change that causes it, or allow it by address: ALLOW_REPLACE=…',
  ],
})
