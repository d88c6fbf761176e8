import { errorCodes } from '../base/user-error.ts'

/** The errors of adoption/. */
export const adoptionErrors = errorCodes({
  'init-answers': [
    'badInput',
    'Something that init has to know is missing or cannot be used.',
    'Give it as an argument, or run init at a terminal, where it asks.',
  ],
  'init-copied': [
    'badInput',
    'The repository holds a copy of Waybill, from before it was a package.',
    'Delete the files that the message names. Stacks, states, releases and pins stay as they are.',
  ],
  'init-uncommitted': [
    'refused',
    'A file that Waybill would change has changes that are not committed.',
    'Commit or stash them, so that git shows what Waybill changes.',
  ],
  'init-packages': [
    'badInput',
    'The packages of the repository are installed in a way that leaves no node_modules.',
    'For Yarn, write nodeLinker: node-modules in .yarnrc.yml, and install again.',
  ],
  'upgrade-no-init': [
    'badInput',
    'The repository has no .waybill/written.json, so nothing is known of what Waybill wrote.',
    'Run npx waybill init.',
  ],
  'upgrade-newer': [
    'refused',
    'The files were written by a newer version of Waybill than the one that is installed.',
    'Install that version, or a newer one.',
  ],
  'upgrade-conflict': [
    'refused',
    'A file was changed here and in Waybill in the same place. Everything else is upgraded.',
    'Resolve the marked lines as in a merge of git, then commit.',
  ],
  'upgrade-written': ['badInput', 'The file .waybill/written.json cannot be used.', 'Restore it from git.'],
})
