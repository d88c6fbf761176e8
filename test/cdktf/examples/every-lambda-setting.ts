const account = 'eu-central-1:222222222222'
const queue = (name: string) => `arn:aws:sqs:${account}:${name}`

/** Every setting that functions share, but for a URL for everybody, which the pinned provider does not know. */
const everyFunctionSetting = {
  variables: { LEVEL: 'debug' },
  secrets: { TOKEN: `arn:aws:ssm:${account}:parameter/token` },
  permissions: [{ actions: ['s3:GetObject'], resources: ['arn:aws:s3:::orders/*'] }],
  logRetentionDays: 7,
  subnets: ['subnet-2222222222222222b'],
  securityGroups: ['sg-22222222222222222'],
  tags: { team: 'freight' },
  kmsKeyArn: `arn:aws:kms:${account}:key/5ad5ee42-4b6d-4d39-a8b1-2b8b4f6f0f0a`,
  alarmActions: [`arn:aws:sns:${account}:on-call`],
  tracing: 'Active',
  memory: 512,
  timeout: 20,
  reservedConcurrency: 5,
  provisionedConcurrency: 2,
  ephemeralStorage: 1024,
  deadLetterTargetArn: queue('dead-letters'),
  logging: { format: 'JSON', applicationLogLevel: 'INFO', systemLogLevel: 'WARN' },
  inNetwork: true,
  functionUrl: {
    invokeMode: 'RESPONSE_STREAM',
    cors: { allowOrigins: ['https://example.com'], allowMethods: ['GET', 'POST'], maxAge: 60 },
  },
  schedules: {
    hourly: { expression: 'rate(1 hour)', input: { tidy: true }, maximumRetryAttempts: 2 },
  },
  eventSources: {
    orders: {
      type: 'sqs',
      arn: queue('orders'),
      batchSize: 50,
      maximumBatchingWindowInSeconds: 5,
      maximumConcurrency: 4,
      reportBatchItemFailures: true,
      filters: [{ body: { kind: ['order'] } }],
    },
    clicks: {
      type: 'kinesis',
      arn: `arn:aws:kinesis:${account}:stream/clicks`,
      startingPosition: 'LATEST',
      parallelizationFactor: 2,
      bisectBatchOnFunctionError: true,
      maximumRetryAttempts: 3,
      maximumRecordAgeInSeconds: 3600,
      onFailure: queue('dead-letters'),
    },
    parcels: {
      type: 'dynamodb',
      arn: `arn:aws:dynamodb:${account}:table/parcels/stream/2026-01-02T03:04:05.678`,
      startingPosition: 'TRIM_HORIZON',
    },
    files: { type: 's3', bucket: 'files', prefix: 'in/', suffix: '.csv' },
    paid: { type: 'eventbridge', pattern: { source: ['billing'], 'detail-type': ['Paid'] } },
  },
}

/** A service of each kind of function with every setting. */
export const fullFunctions = {
  'full-zip': {
    kind: 'lambda-zip',
    settings: {
      ...everyFunctionSetting,
      handler: 'main.handler',
      layers: ['arn:aws:lambda:eu-central-1:222222222222:layer:tools:3'],
      architecture: 'arm64',
    },
  },
  'full-image': {
    kind: 'lambda-image',
    settings: { ...everyFunctionSetting, alarms: false, command: ['main.handler'] },
  },
} as const
