import { exitCodes } from '../base/user-error.ts'

/** What each exit code says, in one line. */
const exitCodeMeanings: Readonly<Record<keyof typeof exitCodes, string>> = {
  done: 'done',
  bug: 'a bug in Waybill',
  badInput: 'bad input or set-up',
  refused: 'refused: a conflict; nothing was changed unless the message says so',
  notReady: 'not ready: try again later',
  rolledBack: 'rolled back',
  cloud: 'the cloud did not answer properly after retries: safe to run again',
}

/** Each exit code with what it says. */
export function exitCodeLines(): [code: number, meaning: string][] {
  return Object.entries(exitCodes).map(([ending, code]) => [
    code,
    exitCodeMeanings[ending as keyof typeof exitCodes],
  ])
}
