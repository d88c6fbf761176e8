import { errorCodes } from './user-error.ts'

/** The errors of base/. */
export const baseErrors = errorCodes({
  'invalid-json': [
    'badInput',
    'A file or a stored object is not JSON.',
    'Fix the file that the message names.',
  ],
  'invalid-content': [
    'badInput',
    'A file or a stored object does not match its schema. The message lists every fault.',
    'Fix the file that the message names.',
  ],
  'file-unreadable': [
    'badInput',
    'A file is not a regular file, or is larger than any file of its kind.',
    'Name another file, or correct this one.',
  ],
  'machine-disk-full': [
    'badInput',
    'The disk or the quota of this machine is full.',
    'Free some space, then run this again: it continues from there.',
  ],
  'machine-open-files': [
    'badInput',
    'This machine allows too few open files.',
    'Raise the limit (ulimit -n 4096), then run this again.',
  ],
  'machine-resources': [
    'badInput',
    'This machine has no memory or no processes left.',
    'End other programs or raise the limits (ulimit -a), then run this again.',
  ],
  'machine-denied': [
    'badInput',
    'A file or folder of this machine must not be read or written.',
    'Correct its owner or its permissions, then run this again.',
  ],
  'machine-path': [
    'badInput',
    'Something else is where Waybill needs a file or folder.',
    'Move it out of the way, then run this again.',
  ],
  'machine-temporary-folder': [
    'badInput',
    'The folder for temporary files does not exist.',
    'Set TMPDIR to a folder that you can write to, or unset it.',
  ],
  'machine-disk': [
    'badInput',
    'A disk of this machine fails.',
    'Check the disk (dmesg shows its errors), then run this again.',
  ],
  interrupted: [
    'cloud',
    'The run was asked to stop.',
    'It is safe to run this again: it continues from there.',
  ],
})
