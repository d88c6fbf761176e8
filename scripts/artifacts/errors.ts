import { errorCodes } from '../base/user-error.ts'

/** The errors of artifacts/. */
export const artifactsErrors = errorCodes({
  'repository-shared': [
    'badInput',
    'Two services have their images in one repository, where their builds would share names.',
    'Give each service a repository of its own in its service.json.',
  ],
  'artifact-conflict': [
    'refused',
    'The name of a release is taken by other content.',
    'A release never changes: release the commit under the next version.',
  ],
  'artifact-unusable': [
    'refused',
    'A stored artifact was not stored by make build, so its digest is not known.',
    'Remove it and build the commit again (make build).',
  ],
  'ecr-incomplete-answer': [
    'cloud',
    'ECR did not answer the whole question.',
    'It is safe to run the same command again.',
  ],
})
