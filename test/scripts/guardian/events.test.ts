import { describe, expect, it } from 'vitest'
import { ownerOfAlarm } from '../../../scripts/guardian/alarms.ts'
import { targetOfDeployment } from '../../../scripts/guardian/deployments.ts'
import { readEvent } from '../../../scripts/guardian/events.ts'

const here = { environment: 'staging', account: '222222222222', region: 'eu-central-1' }
const alarm = (value: string, more: object = {}) => ({
  source: 'aws.cloudwatch',
  accountId: here.account,
  region: here.region,
  alarmData: { alarmName: 'service-a-staging-errors', state: { value } },
  ...more,
})
const deadline = { environment: 'staging', service: 'service-a', started: 7 }

describe('what a guardian is called with', () => {
  it.each([
    ['a ringing alarm', alarm('ALARM'), { type: 'alarm', name: 'service-a-staging-errors', rings: true }],
    ['an alarm that is over', alarm('OK'), { type: 'alarm', rings: false }],
    ['an alarm of another account', alarm('ALARM', { accountId: '333333333333' }), { type: 'unknown' }],
    ['an alarm of another region', alarm('ALARM', { region: 'us-east-1' }), { type: 'unknown' }],
    ['a deadline', { deadline }, { type: 'deadline', service: 'service-a', started: 7 }],
    [
      'a deadline of another environment',
      { deadline: { ...deadline, environment: 'prod' } },
      { type: 'unknown' },
    ],
    ['a deadline of no service', { deadline: { ...deadline, service: '../a' } }, { type: 'unknown' }],
    ['a deadline with more', { deadline, also: 1 }, { type: 'unknown' }],
    ['its steps', { steps: 'due' }, { type: 'steps' }],
    ['nothing', {}, { type: 'unknown' }],
    ['text', 'rollback', { type: 'unknown' }],
    ['nothing at all', undefined, { type: 'unknown' }],
  ])('%s', (_, call, expected) => {
    expect(readEvent(call, here)).toMatchObject(expected)
  })
})

describe('the service of an alarm', () => {
  it.each([
    ['service-a-staging-errors', 'service-a', ['lambda-zip', 'lambda-image']],
    ['service-a-staging-latency', 'service-a', ['lambda-zip', 'lambda-image', 'ecs-service']],
    ['service-a-staging-5xx', 'service-a', ['ecs-service']],
    ['a-staging-staging-cpu', 'a-staging', ['ecs-service']],
  ])('is in its name: %s', (name, service, kinds) => {
    expect(ownerOfAlarm(name, 'staging')).toEqual({ target: { service, environment: 'staging' }, kinds })
  })

  it.each([
    'orders',
    'service-a-prod-errors',
    '-staging-errors',
    'Service-staging-errors',
    'service-a-staging-errors-2',
  ])('is nobody of ours for %s', name => {
    expect(ownerOfAlarm(name, 'staging')).toBeUndefined()
  })
})

const place = {
  environment: 'staging',
  cluster: 'shared',
  own: { 'parcels-api': { name: 'parcels' }, 'labels-api': { name: 'labels', cluster: 'legacy' } },
}

it.each([
  ['arn:aws:ecs:eu-central-1:222222222222:service/shared/service-a-staging', 'service-a'],
  ['arn:aws:ecs:eu-central-1:222222222222:service/shared/service-a-prod', undefined],
  ['arn:aws:ecs:eu-central-1:222222222222:service/shared/parcels', 'parcels-api'],
  ['arn:aws:ecs:eu-central-1:222222222222:service/legacy/parcels', undefined],
  ['arn:aws:ecs:eu-central-1:222222222222:service/legacy/labels', 'labels-api'],
])('the service of a deployment is in its ARN: %s', (arn, service) => {
  expect(targetOfDeployment(arn, place)?.service).toBe(service)
})
