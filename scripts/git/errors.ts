import { errorCodes } from '../base/user-error.ts'

/** The errors of git/. */
export const gitErrors = errorCodes({
  'git-failed': ['badInput', 'A git command failed.', 'Fix what git reports, then run this again.'],
  'git-missing': ['badInput', 'git is not on the PATH.', 'Install git, then run this again.'],
  'git-too-old': ['badInput', 'git is too old.', 'Install git 2.31 or newer, then run this again.'],
  'git-silent': [
    'cloud',
    'git gave no sign of life for too long and was stopped.',
    'It is safe to run this again. On a slow line, raise WAYBILL_TIMEOUT_MS.',
  ],
  'git-not-a-repository': [
    'badInput',
    'The folder is not in a usable git repository.',
    'Run it in a clone of your repository.',
  ],
  'git-owner': [
    'badInput',
    'The repository belongs to another user of this machine, so git refuses to use it.',
    'git config --global --add safe.directory <folder of the repository>',
  ],
  'git-treeless-clone': [
    'badInput',
    'The clone leaves out the trees of old commits, so each step through its history would be a download.',
    'git config remote.origin.partialclonefilter blob:none && git fetch --refetch origin',
  ],
  'git-shallow-clone': [
    'badInput',
    'The clone is shallow: its history is cut off, so source commits cannot be found.',
    'git fetch --unshallow (in GitHub Actions: actions/checkout with fetch-depth: 0)',
  ],
  'git-object-format': [
    'badInput',
    'The repository does not use SHA-1 object names.',
    'Use a repository created with git init --object-format=sha1, the default.',
  ],
  'git-no-commits': ['badInput', 'The repository has no commit yet.', 'Commit something first.'],
  'git-unknown-commit': [
    'badInput',
    'A revision names no commit in this clone.',
    'Check the name, and git fetch if the commit is new; anything that git rev-parse understands will do.',
  ],
  'git-no-remote': [
    'badInput',
    'The clone has no remote called origin.',
    'git remote add origin <address of the repository>',
  ],
  'git-remote-rejected': [
    'badInput',
    'The remote denies access: its address is wrong, or you lack permission.',
    'Check its address and your permissions: git ls-remote origin',
  ],
  'git-remote-unavailable': [
    'cloud',
    'The remote cannot be reached.',
    'It is safe to run this again once the remote can be reached.',
  ],
  'git-push-elsewhere': [
    'badInput',
    'git reported a successful push, but the remote does not have what was pushed.',
    'Let git push origin to the repository that it fetches origin from.',
  ],
  'git-hook-rejected': [
    'refused',
    'A pre-push hook of this clone stopped the push.',
    'Fix what the hook reports, then run this again.',
  ],
  'git-no-branch': [
    'badInput',
    'The remote does not have the branch.',
    'Push the branch, or correct releaseBranches in cdktf/environments.json.',
  ],
  'git-unsigned-tag': [
    'badInput',
    'git is configured to sign tags, but made one without a signature.',
    'Fix the signing set-up (git config user.signingKey, gpg.format), or turn signing off here (tag.gpgSign).',
  ],
  'git-write-failed': [
    'badInput',
    'git cannot write a tag or a commit in this clone.',
    'Fix what git reports, then run this again.',
  ],
})
