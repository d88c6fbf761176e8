import { errorCodes } from '../base/user-error.ts'

/** The errors of deploy/. */
export const deployErrors = errorCodes({
  'deploy-several-plans': ['badInput', 'PLAN belongs to one service.', 'Name it: SERVICE=…'],
  'deploy-adopt': [
    'badInput',
    'ADOPT makes a plan, and PLAN is one already.',
    'make plan … ADOPT=1 OUT=<file> saves one that takes over what exists; deploy it without ADOPT.',
  ],
  'deploy-detach': [
    'refused',
    'DETACH leaves the steps of a rollout to the guardian of the environment, and none makes steps there.',
    'Set "guardian": { "steps": "guardian" } in cdktf/environments.json and deploy the guardian, or leave DETACH out.',
  ],
  'deploy-follow': ['badInput', 'FOLLOW only follows, and deploys nothing.', 'Leave DETACH and PLAN out.'],
  'deploy-not-approved': [
    'refused',
    'Deploys to this environment need approval, and nobody approved this one.',
    'make plan … OUT=<file>, have it approved, then: make deploy … PLAN=<file> PLAN_SHA256=…',
  ],
  'destroy-several': ['badInput', 'make destroy takes one service at a time.', 'Name it: SERVICE=…'],
  'destroy-not-confirmed': [
    'refused',
    'The destruction was not confirmed.',
    'CONFIRM=<service> confirms it.',
  ],
  'destroy-unrecorded': [
    'cloud',
    'The service was destroyed, and its ledger does not say so yet.',
    'Run make destroy again: it writes the entry.',
  ],
})
