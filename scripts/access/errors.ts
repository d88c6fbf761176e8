import { errorCodes } from '../base/user-error.ts'

/** The errors of access/. */
export const accessErrors = errorCodes({
  'access-name': [
    'badInput',
    'The name of a service or environment clashes with the names of the roles of CI.',
    'Rename it.',
  ],
  'access-shared-account': [
    'badInput',
    'Two environments share an account, and the rights of CI in one would reach the other.',
    'Rename one of them, or give it its own account.',
  ],
  'access-other-repository': [
    'refused',
    'The roles of CI in this account are those of another repository.',
    'Set prefix in cdktf/environments.json, so that this repository has roles and states of its own.',
  ],
  'access-no-github': [
    'badInput',
    'cdktf/environments.json has no github section, so there is no repository to give roles to.',
    'Add github to cdktf/environments.json (docs/access.md).',
  ],
})
