import { errorCodes } from '../base/user-error.ts'

/** The errors of artifacts/. */
export const artifactsErrors = errorCodes({
  'artifact-conflict': [
    'refused',
    'The release name already stands for other content.',
    'A release never changes: release the commit under the next version.',
  ],
  'artifact-unusable': [
    'refused',
    'A stored artifact has no known digest, so make build did not store it.',
    'Delete it and build the commit again (make build).',
  ],
  'ecr-incomplete-answer': ['cloud', 'An answer from ECR is incomplete.', 'It is safe to run this again.'],
})
