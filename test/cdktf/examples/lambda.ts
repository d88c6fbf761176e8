import { commonExamples, rolloutExamples } from './common.ts'
import type { Examples } from './example.ts'

const inNetwork = { inNetwork: true }
const smoke = { payload: { ping: true } }
const logging = { format: 'JSON' }
const urlAmong = { functionUrl: { cors: { allowOrigins: ['https://example.com'] } } }
const schedules = { nightly: { expression: 'rate(1 hour)' } }
const arns = {
  sqs: 'arn:aws:sqs:eu-central-1:222222222222:orders',
  kinesis: 'arn:aws:kinesis:eu-central-1:222222222222:stream/orders',
  dynamodb: 'arn:aws:dynamodb:eu-central-1:222222222222:table/orders/stream/2026-01-02T03:04:05.678',
}
const deadLetters = 'arn:aws:sqs:eu-central-1:222222222222:dead-letters'
const sources: Readonly<Record<string, object>> = {
  sqs: { type: 'sqs', arn: arns.sqs },
  kinesis: { type: 'kinesis', arn: arns.kinesis, startingPosition: 'LATEST' },
  dynamodb: { type: 'dynamodb', arn: arns.dynamodb, startingPosition: 'LATEST' },
  s3: { type: 's3', bucket: 'orders' },
  eventbridge: { type: 'eventbridge', pattern: { source: ['orders'] } },
}

/** Examples of the fields of an event source of one type, and of choosing that type. */
function sourceExamples(type: string, fields: Readonly<Record<string, unknown>>): Examples {
  const among = { eventSources: { orders: sources[type] } }
  const other = { eventSources: { orders: sources[type === 's3' ? 'sqs' : 's3'] } }
  return Object.fromEntries([
    [`eventSources.*(${type})`, { to: sources[type], among: other }],
    ...Object.entries({ enabled: false, ...fields }).map(([name, to]) => [
      `eventSources.*(${type}).${name}`,
      { to, among },
    ]),
  ])
}

const batch = {
  batchSize: 5,
  maximumBatchingWindowInSeconds: 20,
  reportBatchItemFailures: true,
  filters: [{ body: { kind: ['order'] } }],
}
const stream = {
  ...batch,
  startingPosition: 'TRIM_HORIZON',
  parallelizationFactor: 2,
  bisectBatchOnFunctionError: true,
  maximumRetryAttempts: 3,
  maximumRecordAgeInSeconds: 3600,
  onFailure: deadLetters,
}

/** Examples of the settings that both kinds of functions share. */
const functionExamples: Examples = {
  ...commonExamples,
  ...rolloutExamples({ strategy: '10%/5m, 100%/5m' }),
  subnets: { to: ['subnet-0a'], among: inNetwork },
  securityGroups: { to: ['sg-0a'], among: inNetwork },
  memory: { to: 512 },
  timeout: { to: 60 },
  name: { to: 'LegacyQuotes' },
  reservedConcurrency: { to: 20 },
  inNetwork: { to: true },
  provisionedConcurrency: { to: 2 },
  ephemeralStorage: { to: 1024 },
  deadLetterTargetArn: { to: deadLetters },
  'logging.format': { to: 'JSON', among: { logging: {} } },
  'logging.applicationLogLevel': { to: 'WARN', among: { logging } },
  'logging.systemLogLevel': { to: 'WARN', among: { logging } },
  'functionUrl.authType': { to: 'NONE', among: urlAmong },
  'functionUrl.invokeMode': { to: 'RESPONSE_STREAM', among: urlAmong },
  'functionUrl.cors.allowOrigins': { to: ['*'], among: urlAmong },
  'functionUrl.cors.allowMethods': { to: ['GET'], among: urlAmong },
  'functionUrl.cors.allowHeaders': { to: ['x-trace'], among: urlAmong },
  'functionUrl.cors.exposeHeaders': { to: ['x-trace'], among: urlAmong },
  'functionUrl.cors.allowCredentials': { to: true, among: urlAmong },
  'functionUrl.cors.maxAge': { to: 60, among: urlAmong },
  'schedules.*.expression': { to: 'cron(0 3 * * ? *)', among: { schedules } },
  'schedules.*.timezone': { to: 'Europe/Berlin', among: { schedules } },
  'schedules.*.input': { to: { tidy: true }, among: { schedules } },
  'schedules.*.flexibleMinutes': { to: 5, among: { schedules } },
  'schedules.*.maximumRetryAttempts': { to: 0, among: { schedules } },
  'schedules.*.state': { to: 'DISABLED', among: { schedules } },
  ...sourceExamples('sqs', { ...batch, arn: `${arns.sqs}2`, maximumConcurrency: 4 }),
  ...sourceExamples('kinesis', { ...stream, arn: `${arns.kinesis}2` }),
  ...sourceExamples('dynamodb', { ...stream, arn: `${arns.dynamodb}9` }),
  ...sourceExamples('s3', { bucket: 'parcels', events: ['Object Deleted'], prefix: 'in/', suffix: '.csv' }),
  ...sourceExamples('eventbridge', { pattern: { source: ['parcels'] }, eventBusName: 'parcels' }),
  'alarms.errors': { to: 7 },
  'alarms.throttles': { to: 7 },
  strategy: { to: 'Canary10Percent5Minutes' },
  'smoke.payload': { to: { ping: false }, among: { smoke } },
  'smoke.contains': { to: { ok: true }, among: { smoke } },
  'smoke.times': { to: 3, among: { smoke } },
  'smoke.timeoutSeconds': { to: 5, among: { smoke } },
}

/** Examples of the settings of a function from a zip. */
export const zipExamples: Examples = {
  ...functionExamples,
  handler: { to: 'main.handler' },
  runtime: { to: 'python3.13' },
  architecture: { to: 'arm64' },
  layers: { to: ['arn:aws:lambda:eu-central-1:222222222222:layer:tools:3'] },
}

/** Examples of the settings of a function from an image. */
export const imageExamples: Examples = { ...functionExamples, command: { to: ['main.handler'] } }
