import type { Examples } from './example.ts'

const permissions = [{ actions: ['s3:GetObject'], resources: ['arn:aws:s3:::x/*'] }]

/** Examples of the settings that all kinds share. */
export const commonExamples: Examples = {
  variables: { to: { LEVEL: 'debug' } },
  secrets: { to: { KEY: 'arn:aws:ssm:eu-central-1:222222222222:parameter/x/key' } },
  'permissions[].actions': { to: ['s3:PutObject'], among: { permissions } },
  'permissions[].resources': { to: ['arn:aws:s3:::y/*'], among: { permissions } },
  logRetentionDays: { to: 7 },
  tags: { to: { team: 'freight' } },
  kmsKeyArn: { to: 'arn:aws:kms:eu-central-1:222222222222:key/5ad5ee42-4b6d-4d39-a8b1-2b8b4f6f0f0a' },
  alarmActions: { to: ['arn:aws:sns:eu-central-1:222222222222:freight'] },
  alarms: { to: false },
  'alarms.latencyMs': { to: 700 },
  tracing: { to: 'Active' },
}

/** Examples of what a rollout goes by, among settings that have it watched. */
export function rolloutExamples(among: object): Examples {
  const settings = {
    'criteria.critical.percent': { to: 60 },
    'criteria.critical.requests': { to: 30 },
    'criteria.sustained.percent': { to: 6 },
    'criteria.sustained.requests': { to: 100 },
    'criteria.warning.percent': { to: 3 },
    'criteria.noData': { to: 'back' },
    'watch.alarms': { to: ['orders-lost'] },
    'watch.ignoreRinging': { to: ['x-staging-latency'] },
  }
  return Object.fromEntries(Object.entries(settings).map(([path, one]) => [path, { ...one, among }]))
}
