import { errorCodes } from '../base/user-error.ts'

/** The errors of git/. */
export const gitErrors = errorCodes({
  'git-failed': ['badInput', 'A git command failed.', 'Fix what git says, then run this again.'],
  'git-missing': ['badInput', 'git is not on the PATH.', 'Install git, then run this again.'],
  'git-not-a-repository': [
    'badInput',
    'The folder is not inside a git repository that can be used.',
    'Run it in a clone of your repository.',
  ],
  'git-shallow-clone': [
    'badInput',
    'The clone is shallow: without its whole history no source commit can be found.',
    'git fetch --unshallow (in GitHub Actions: actions/checkout with fetch-depth: 0)',
  ],
  'git-object-format': [
    'badInput',
    'The repository does not name its objects by SHA-1.',
    'Use a repository that git init made with --object-format=sha1, its default.',
  ],
  'git-no-commits': ['badInput', 'The repository has no commit yet.', 'Commit something first.'],
  'git-unknown-commit': [
    'badInput',
    'A revision names no commit in this clone.',
    'git fetch, then check the name.',
  ],
  'git-no-remote': [
    'badInput',
    'The clone has no remote called origin.',
    'git remote add origin <address of the repository>',
  ],
  'git-remote-rejected': [
    'badInput',
    'The remote rejects the connection: its address, or your rights, are wrong.',
    'Check its address and your rights: git ls-remote origin',
  ],
  'git-remote-unavailable': [
    'cloud',
    'The remote cannot be reached.',
    'It is safe to run this again when the remote can be reached.',
  ],
  'git-no-branch': [
    'badInput',
    'The remote has no such branch.',
    'Push it, or correct releaseBranches in cdktf/environments.json.',
  ],
  'git-unsigned-tag': [
    'badInput',
    'git is configured to sign tags and made one without a signature.',
    'Fix the signing set-up (git config user.signingKey, gpg.format), or do not sign here (tag.gpgSign).',
  ],
  'git-write-failed': [
    'badInput',
    'git cannot write a tag or a commit in this clone.',
    'Fix what git says, then run this again.',
  ],
})
