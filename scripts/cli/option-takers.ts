import { nearest } from '../base/nearest.ts'

/** The commands that take each option. A command cannot import the others to find out; a test compares. */
export const optionTakers: Readonly<Record<string, readonly string[]>> = {
  ALL: ['plan'],
  ALLOW_OLDER: ['pin', 'release'],
  ALLOW_REPLACE: ['bootstrap', 'deploy'],
  COMMIT: ['pin', 'release'],
  CONFIRM: ['destroy', 'rollback'],
  DETACH: ['deploy'],
  ENV: [
    'bootstrap',
    'deploy',
    'destroy',
    'doctor',
    'history',
    'hold',
    'incident',
    'pin',
    'plan',
    'prune',
    'reconcile',
    'resume',
    'rollback',
  ],
  FOLLOW: ['deploy'],
  FROM: ['pin'],
  LIMIT: ['history'],
  ON_STOP: ['deploy'],
  OUT: ['plan'],
  PLAN: ['deploy'],
  PLAN_SHA256: ['deploy'],
  PR: ['pin', 'rollback'],
  PREVIOUS: ['pin'],
  REASON: ['destroy', 'hold', 'resume', 'rollback', 'yank'],
  REMOTE: ['doctor'],
  SEQ: ['incident'],
  SERVICE: [
    'build',
    'deploy',
    'destroy',
    'history',
    'hold',
    'incident',
    'pin',
    'plan',
    'prune',
    'release',
    'resume',
    'rollback',
  ],
  SINCE: ['reconcile'],
  TAG: ['pin', 'promote', 'trace', 'yank'],
  TO: ['rollback'],
  UNLOCK: ['bootstrap', 'deploy', 'destroy', 'plan', 'rollback'],
  UNVERIFIED: ['pin'],
  VERSION: ['release', 'rollback'],
  WAIT: ['deploy', 'release', 'rollback'],
}

/** What to do about an option that a command, which takes `names`, does not take. */
export function explainUnknownOption(option: string, names: readonly string[]): string {
  const takers = optionTakers[option] ?? []
  if (takers.length > 0) return `${option} belongs to ${takers.map(name => `make ${name}`).join(', ')}.`
  const meant = nearest(option, names)
  return meant === undefined ? '' : `Did you mean ${meant}=…?`
}
