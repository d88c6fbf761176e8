import { errorCodes } from '../base/user-error.ts'

/** The errors of plan/. */
export const planErrors = errorCodes({
  'plan-several': [
    'badInput',
    'A saved plan is of one service, and several were named.',
    'Name one: SERVICE=…',
  ],
  'plan-unreadable': [
    'badInput',
    'The file is not a plan of Waybill, or is cut off.',
    'make plan ENV=… SERVICE=… OUT=<file> saves one.',
  ],
  'plan-other-target': [
    'refused',
    'The plan is of another service or environment.',
    'Take the plan that was approved for this deploy.',
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
    'Take the file that was approved, or plan again and have the new plan approved.',
  ],
  'plan-not-found': ['badInput', 'There is no plan at that address.', 'make plan … OUT=state saves one.'],
  'plan-not-saved': [
    'badInput',
    'The plan cannot be written.',
    'Name another file with OUT=…, or OUT=state for the state bucket.',
  ],
  'work-tree-differs': [
    'refused',
    "The work tree is not the remote's main branch.",
    'git switch to that branch and git pull; commit and push what you want to deploy.',
  ],
  'plan-loses-resources': [
    'refused',
    'The plan would replace or destroy what takes traffic or holds releases.',
    'Undo the change that asks for it, or allow it by address: ALLOW_REPLACE=…',
  ],
})
