import { errorCodes } from '../base/user-error.ts'

/** The errors of options. */
export const cliErrors = errorCodes({
  'option-invalid': [
    'badInput',
    'An option is missing or has a bad value.',
    'The usage line shows what the command takes.',
  ],
  'option-unknown': [
    'badInput',
    'The command does not take this option.',
    'The message lists the options that it takes.',
  ],
  'command-unknown': [
    'badInput',
    'The first word after waybill is not a command.',
    'The message lists the commands.',
  ],
  'output-lost': [
    'badInput',
    'The command has ended well, but what it printed could not be written.',
    'Free some space, or send the output elsewhere. What the command did stays done; run it again to see it.',
  ],
})
