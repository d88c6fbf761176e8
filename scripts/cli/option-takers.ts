import { nearest } from '../base/nearest.ts'
import { calledAs } from './command.ts'

/** The commands that take each option. A command cannot import the others to find out; a test compares. */
export const optionTakers: Readonly<Record<string, readonly string[]>> = {
  ACCOUNT: ['init'],
  ADOPT: ['bootstrap', 'deploy', 'plan'],
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
  ENVIRONMENTS: ['init'],
  FOLLOW: ['deploy'],
  FROM: ['pin'],
  GUARDIAN: ['init'],
  LIMIT: ['history'],
  NOTICES: ['reconcile'],
  ON_STOP: ['deploy'],
  OUT: ['plan'],
  OWNERS: ['init'],
  PLAN: ['deploy'],
  PLAN_SHA256: ['deploy'],
  PR: ['pin', 'rollback'],
  PREVIOUS: ['pin'],
  REASON: ['destroy', 'hold', 'resume', 'rollback', 'yank'],
  REGION: ['init'],
  REMOTE: ['doctor'],
  REPOSITORY: ['init'],
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
  SERVICES: ['init'],
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
  if (takers.length > 0) return `${option} belongs to ${takers.map(calledAs).join(', ')}.`
  const meant = nearest(option, names)
  return meant === undefined ? '' : `Did you mean ${meant}=…?`
}
