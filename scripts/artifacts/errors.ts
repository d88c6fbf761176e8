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
    'The release name already stands for other content.',
    'A release never changes: release the commit under the next version.',
  ],
  'artifact-unusable': [
    'refused',
    'A stored artifact has no known digest, so make build did not store it.',
    'Delete it and build the commit again (make build).',
  ],
  'ecr-other-manifest': [
    'refused',
    'ECR gave a manifest that does not have the digest it is stored under.',
    'Find out what stands between this machine and ECR. If nothing does, release the commit under the next version.',
  ],
  'ecr-incomplete-answer': ['cloud', 'An answer from ECR is incomplete.', 'It is safe to run this again.'],
})
