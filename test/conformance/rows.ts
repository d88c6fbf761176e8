/** What Waybill rests on, one row for each thing that AWS must do. */
export const rows = {
  'ecr-mixed-ids':
    'BatchGetImage takes 100 ids, tags or digests mixed, and names the missing ones in failures',
  'ecr-media-types': 'BatchGetImage answers an index as it is to whoever accepts every media type',
  'ecr-exact-bytes': 'the digest is the one of the exact manifest bytes, and PutImage checks it',
  'ecr-existing-tag': 'PutImage of a tag that exists is refused; the digest that is read back decides',
  'ecr-missing-parts': 'an index without its children, or an image without its layers, is refused',
  'ecr-retag': 'a retag in one repository keeps what is attached to the digest',
  'ecr-quotas': 'PutImage 10 a second, BatchGetImage 2,000 a second',
  'ecr-thousand-tags': 'an image has 1,000 tags at most',
  'ecr-attestations': 'attestations inside an index are not referrers',
  'ecr-lifecycle': 'a rule of higher priority protects what it matches; the patterns of one rule mean AND',
  'ecr-registry': 'ECR answers the registry API, with a token from GetAuthorizationToken as basic auth',
  's3-copy':
    'CopyObject copies up to 5 GB; a copy is single-part, and only a single part has a whole SHA-256',
  's3-if-none-match': 'If-None-Match: * writes once, for PutObject, CompleteMultipartUpload and CopyObject',
  's3-copy-200': 'CopyObject can answer 200 with an error, with nothing, or with half of its body',
  's3-guards': "conditions, versions, owners and directives guard a copy's source and its result",
  's3-kms': 'KMS-encrypted objects need kms:Decrypt and kms:GenerateDataKey',
  's3-object-lock': 'Object Lock keeps a version until its date, and governance mode can be bypassed',
  's3-append-only':
    'a bucket policy denies to all but one principal what it does not list, and to all a put without If-None-Match',
  's3-write-rate': '3,500 writes a second for each prefix',
  's3-reads':
    'lists, HEAD, missing keys and buckets, versions and other regions as every client of S3 takes them',
  'other-accounts': 'another account reads neither a private bucket nor a repository without a policy',
  'missing-surroundings':
    'a cluster, subnet, security group, listener, load balancer, role or policy that does not exist is named as such',
  'ecs-deployments':
    'ECS lists the successful deployments of a service, stops one with a rollback, and says which task definition is gone',
  'ecs-pauses': 'a deployment of ECS pauses at a hook until it is continued or sent back, once',
  'ecs-shifts':
    'ECS writes the weights of a listener rule at each step, and alternates between its target groups',
  'lambda-invoke':
    "Invoke runs a version's code, and says which version, what its error is, and the end of its log",
  'lambda-alias': 'an alias sends a second published version its share, and is guarded by its revision',
  'lambda-metrics': 'invocations and errors are counted by function, alias and the version that ran',
  'cloudwatch-metrics': 'GetMetricData takes 500 queries, pages, and has no values where there is no data',
  'cloudwatch-alarms': 'an alarm follows its metric, and one that does not exist is passed over',
  'alarm-actions': 'an alarm calls a function directly when it begins to ring, if the function lets it',
  'scheduler-once': 'a one-time schedule calls a function with a role, and removes itself',
  'event-rules': 'a rule of EventBridge has a pattern, and targets that have to go first',
  'alarm-history':
    'CloudWatch tells when an alarm turned, newest first, and nothing of one that does not exist',
  'log-events': 'FilterLogEvents names a log group that does not exist',
  'sns-publish': 'a topic takes a message with a subject of ASCII, at most 100 characters',
  'sns-deduplication': 'a FIFO topic takes a message once within five minutes',
  'secret-values': "a secret's text is read by its ARN",
  'rollout-quotas':
    "Lambda's control plane 15 a second for all operations, GetMetricData 50, DescribeAlarms 9",
  'ec2-filters': 'a filter by id answers what exists, and no error for the rest',
  'sts-identity': 'GetCallerIdentity says who is calling',
  'sts-expired': 'expired credentials have one error name for each service, which the SDK does not retry',
  'sts-retries': 'the SDK retries throttling, 500, 503 and cut connections, three attempts in all',
} as const

/** The id of a row. */
export type Row = keyof typeof rows

/** Rows that no endpoint is asked about, and why. */
export const notAsked: { row: Row; reason: string }[] = [
  { row: 'ecr-quotas', reason: "it would spend the account's own quota, which other programs need" },
  { row: 'rollout-quotas', reason: "it would spend the account's own quota, which other programs need" },
  {
    row: 'ecs-shifts',
    reason: 'it needs a load balancer and tasks, which cost money as long as they are there',
  },
  { row: 's3-kms', reason: 'a KMS key cannot be deleted at once, so it is not thrown away' },
  { row: 's3-write-rate', reason: 'it would be a load test' },
]
