import { errorCodes } from '../base/user-error.ts'

/** The errors of access/. */
export const accessErrors = errorCodes({
  'access-name': [
    'badInput',
    'A name of a service or an environment would reach the rights of another role.',
    'Rename it.',
  ],
  'access-shared-account': [
    'badInput',
    'Two environments cannot share an account with these names.',
    'Rename one of them, or give it an account of its own.',
  ],
  'access-no-github': [
    'badInput',
    'cdktf/environments.json has no github section, so there is nobody to give a role to.',
    'Add github to cdktf/environments.json.',
  ],
})
