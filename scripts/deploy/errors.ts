import { errorCodes } from '../base/user-error.ts'

/** The errors of deploy/. */
export const deployErrors = errorCodes({
  'deploy-several-plans': ['badInput', 'PLAN belongs to one service.', 'Name it: SERVICE=…'],
  'deploy-not-approved': [
    'refused',
    'The environment is deployed by a person, who did not approve.',
    'make plan … OUT=<file>, have it approved, then: make deploy … PLAN=<file> PLAN_SHA256=…',
  ],
  'destroy-several': ['badInput', 'One service is destroyed at a time.', 'Name it: SERVICE=…'],
  'destroy-not-confirmed': [
    'refused',
    'The destruction was not confirmed.',
    'CONFIRM=<service> confirms it.',
  ],
})
