import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { explainTerraform, parseEvents, type TerraformEvent } from '../../../scripts/terraform/events.ts'
import { anyText } from '../base/hostile-text.ts'

// Verbatim texts of Terraform 1.11.4; those from AWS came through its S3 backend.
const step = {
  doing: 'plan service-a in staging',
  inspectLock: 'aws s3 cp s3://states/staging/service-a.tfstate.tflock -',
  unlock: (id: string) => `make deploy ENV=staging SERVICE=service-a UNLOCK=${id}`,
}

type Diagnostic = { summary: string; detail?: string; address?: string; severity?: string }

function event(diagnostic: Diagnostic): TerraformEvent {
  const whole = { severity: 'error', ...diagnostic }
  return { type: 'diagnostic', '@message': `Error: ${diagnostic.summary}`, diagnostic: whole }
}

function explain(summary: string, detail = '', more: object = {}) {
  return explainTerraform([event({ summary, detail, ...more })], '', step)
}

const id = '4b917d42-4f58-cf0c-e51d-680f29142763'
const about = `
Terraform acquires a state lock to protect the state from being written
by multiple users at the same time. Please resolve the issue above and try
again. For most commands, you can disable locking with the "-lock=false"
flag, but this is not recommended.`

function lockInfo(lockId: string, path: string, cause: string) {
  return `Error message: ${cause}
Lock Info:
  ID:        ${lockId}
  Path:      ${path}
  Operation: OperationTypeApply
  Who:       ci@runner-7
  Version:   1.11.4
  Created:   2026-11-21 06:50:45.650911976 +0000 UTC
  Info:      

${about}`
}

describe('a lock that another run holds', () => {
  const inS3 =
    'operation error S3: PutObject, https response error StatusCode: 412, RequestID: 4442587FB7D0A2F9, HostID: x, api error PreconditionFailed: At least one of the pre-conditions you specified did not hold'
  it.each([
    ['in a folder', 'terraform.tfstate', 'resource temporarily unavailable'],
    ['in S3', 'states/staging/service-a.tfstate', inS3],
  ])('%s: names the holder and the commands to inspect and remove it', (_, path, cause) => {
    const error = explain('Error acquiring the state lock', lockInfo(id, path, cause))
    expect(error).toMatchObject({
      message: 'cannot plan service-a in staging: another run holds the lock on its state',
      cause: `ci@runner-7 has held it since 2026-11-21 06:50:45.650911976 +0000 UTC for apply (lock ${id})`,
      remedy: `Wait until it ends, then run this again. To inspect the lock: aws s3 cp s3://states/staging/service-a.tfstate.tflock -
Only if that run is dead: make deploy ENV=staging SERVICE=service-a UNLOCK=${id}`,
      ending: 'refused',
    })
  })

  it('is recognized inside the frame that Terraform draws', () => {
    const lines = ['Error: Error acquiring the state lock', '', ...lockInfo(id, 'p', 'x').split('\n')]
    const framed = ['╷', ...lines.map(line => `│ ${line}`), '╵', ''].join('\n')
    expect(explainTerraform([], framed, step).cause).toContain(`for apply (lock ${id})`)
  })

  it('is recognized without data about its holder', () => {
    const detail = `Error message: x\nLock Info:\n  ID:        ${id}\n  Path:      \n  Operation: \n  Who:       \n`
    expect(explain('Error acquiring the state lock', detail).cause).toBe(
      `somebody has held it since an unknown time for run (lock ${id})`,
    )
  })

  it('with an invalid id does not get into a command to copy', () => {
    const error = explain('Error acquiring the state lock', lockInfo('$(id)', 'p', 'x'))
    expect(error.message).toContain('another run holds the lock')
    expect(error.remedy).not.toContain('UNLOCK')
  })
})

const backend = 'Error message: operation error S3: PutObject, https response error'
const known: [string, string, string, string, string][] = [
  [
    'a stale plan',
    'Saved plan is stale',
    'The given plan file can no longer be applied because the state was changed by another operation after the plan was created.',
    'the plan is stale: the state has changed since it was made',
    'refused',
  ],
  [
    'a plan by another version of Terraform',
    'Failed to read plan from plan file',
    'Cannot read the plan from the given plan file: plan file was created by Terraform 1.11.5, but this is 1.11.4; plan files cannot be transferred between different Terraform versions.',
    'the plan was made by another version of Terraform',
    'badInput',
  ],
  [
    'a state by a newer Terraform',
    'Error acquiring the state lock',
    `Error message: Unsupported state file format: The state file uses format version 9, which is not supported by Terraform 1.11.4. This state file was created by Terraform 9.9.9.\n${about}`,
    'the state was written by a newer Terraform',
    'badInput',
  ],
  [
    'a truncated state',
    'Error acquiring the state lock',
    `Error message: 2 problems:\n\n- Unsupported state file format: The state file could not be parsed as JSON: syntax error at byte offset 13.\n- Unsupported state file format: The state file does not have a "version" attribute, which is required to identify the format version.\n${about}`,
    'the state is damaged',
    'badInput',
  ],
  [
    'resources of a provider that is gone',
    'Provider configuration not present',
    'To work with aws_sqs_queue.one (orphan) its original provider configuration at provider["registry.terraform.io/hashicorp/aws"].va is required, but it has been removed.',
    'the state has resources of a provider block that is gone',
    'badInput',
  ],
  [
    'a protected resource',
    'Instance cannot be destroyed',
    'Resource aws_s3_bucket.artifacts has lifecycle.prevent_destroy set, but the plan calls for this resource to be destroyed. To avoid this error and continue with the plan, either disable lifecycle.prevent_destroy or reduce the scope of the plan using the -target option.',
    'the plan would destroy a protected resource',
    'refused',
  ],
  [
    'a state that cannot be written',
    'Failed to persist state to backend',
    'The error shown above has prevented Terraform from writing the updated state to the configured backend. To allow for recovery, the state has been written to the file "errored.tfstate" in the current working directory.',
    'the changes could not be written to the state',
    'badInput',
  ],
  [
    'a missing state bucket',
    'Failed to get existing workspaces: S3 bucket "states" does not exist.',
    'The referenced S3 bucket must have been previously created.',
    'the state bucket does not exist',
    'badInput',
  ],
  [
    'a state bucket that disappears while the lock is taken',
    'Error acquiring the state lock',
    `${backend} StatusCode: 404, RequestID: 1, HostID: 2, NoSuchBucket: The specified bucket does not exist${about}`,
    'the state bucket does not exist',
    'badInput',
  ],
  [
    'a lock that these credentials may not take',
    'Error acquiring the state lock',
    `${backend} StatusCode: 403, RequestID: 1, HostID: 2, api error AccessDenied: Access Denied${about}`,
    'AWS refuses these credentials',
    'badInput',
  ],
  [
    'no credentials',
    'No valid credential sources found',
    'Please see https://developer.hashicorp.com/terraform/language/backend/s3\nfor more information about providing credentials.',
    'AWS refuses these credentials',
    'badInput',
  ],
  [
    'a registry that cannot be reached',
    'Failed to query available provider packages',
    'Could not retrieve the list of available versions for provider hashicorp/aws: could not connect to registry.terraform.io: failed to request discovery document',
    "Terraform's AWS provider cannot be installed",
    'badInput',
  ],
  [
    'a lock file without the provider',
    'Inconsistent dependency lock file',
    'The following dependency selections recorded in the lock file are inconsistent with the current configuration:\n  - provider registry.terraform.io/hashicorp/aws: required by this configuration but no version is selected',
    "Terraform's AWS provider cannot be installed",
    'badInput',
  ],
]

it.each(known)('explains %s with a remedy', (_, summary, detail, problem, ending) => {
  const error = explain(summary, detail)
  expect(error.message).toBe(`cannot plan service-a in staging: ${problem}`)
  expect(error.ending).toBe(ending)
  expect(error.cause?.startsWith(`Terraform says ${summary}\n`)).toBe(true)
  expect(error.remedy).toMatch(/\.$/)
})

it('suggests taking over what exists before removing it', () => {
  const detail =
    "operation error ECR: CreateRepository, https response error StatusCode: 400, RepositoryAlreadyExistsException: The repository with name 'acme/parcels' already exists"
  const { remedy } = explain('creating ECR Repository (acme/parcels)', detail)
  expect(remedy).toMatch(/ADOPT=1 to take it over .*docs\/adopt\.md.*or remove it if nobody uses it/)
})

it('recognizes a plan by another version of Terraform across line breaks', () => {
  const text = `╷
│ Error: Couldn't show local plan
│ 
│ Plan read error: plan file was created by Terraform 1.11.5, but this is
│ 1.11.4; plan files cannot be transferred between different Terraform versions
╵`
  expect(explainTerraform([], text, step)).toMatchObject({
    message: 'cannot plan service-a in staging: the plan was made by another version of Terraform',
    cause: `Terraform says Error: Couldn't show local plan
Plan read error: plan file was created by Terraform 1.11.5, but this is
1.11.4; plan files cannot be transferred between different Terraform versions`,
  })
})

it('does not take the missing bucket of a zip for the state bucket', () => {
  const detail =
    'operation error Lambda: UpdateFunctionCode, https response error StatusCode: 400, InvalidParameterValueException: Error occurred while GetObject. S3 Error Code: NoSuchBucket. S3 Error Message: The specified bucket does not exist'
  const error = explain('updating Lambda Function (service-b-staging) code', detail, {
    address: 'aws_lambda_function.function',
  })
  expect(error.message).toBe('cannot plan service-a in staging: a bucket does not exist')
  expect(error.cause).toBe(
    `Terraform says aws_lambda_function.function: updating Lambda Function (service-b-staging) code\n${detail}`,
  )
  expect(error.ending).toBe('badInput')
})

// As AWS answers, in the frame of the provider.
it.each([
  ['ClusterNotFoundException: Cluster not found.', 'the cluster', /^Create it, or correct cluster/],
  [
    "InvalidParameterException: Error retrieving subnet information for [subnet-0a1b2c]: The subnet ID 'subnet-0a1b2c' does not exist (ErrorCode: InvalidSubnetID.NotFound)",
    'a subnet',
    /network\.subnets/,
  ],
  [
    'InvalidParameterValueException: Error occurred while DescribeSecurityGroups. EC2 Error Code: InvalidGroup.NotFound. EC2 Error Message: The security group does not exist',
    'a security group',
    /network\.securityGroups/,
  ],
  ["api error InvalidVpcID.NotFound: The vpc ID 'vpc-0a1b2c' does not exist", 'the VPC', /network\.vpc/],
  ['ListenerNotFoundException: One or more listeners not found', 'the listener', /correct listener/],
  [
    'api error NoSuchEntity: The role with name ci-deploy cannot be found.',
    'an IAM role or policy',
    /make bootstrap/,
  ],
  ['ResourceNotFoundException: The specified log group does not exist.', 'a log group', /make deploy/],
  [
    "RepositoryNotFoundException: The repository with name 'a' does not exist",
    'an image repository',
    /make bootstrap/,
  ],
])('takes what does not exist for a fault of the set-up: %s', (said, what, remedy) => {
  const detail = `operation error ECS: CreateService, https response error StatusCode: 400, RequestID: 1, ${said}`
  expect(explain('creating ECS Service (service-a-staging)', detail)).toMatchObject({
    message: `cannot plan service-a in staging: ${what} does not exist`,
    ending: 'badInput',
    remedy: expect.stringMatching(remedy),
  })
})

it('prints every error and no warning', () => {
  const events = [
    event({ summary: 'first', address: 'a.b' }),
    event({ summary: 'deprecated', severity: 'warning' }),
    event({ summary: 'second', detail: 'more' }),
  ]
  const error = explainTerraform(events, 'what else was printed', step)
  expect(error.cause).toBe('Terraform says a.b: first\nsecond\nmore')
})

it.each([
  ['', 'nothing'],
  ['\n{"@level":"info","@message":"Terraform 1.11.4","type":"version"}\n{"@lev', 'nothing'],
  ['Failed to unlock state: LocalState not locked\n', 'Failed to unlock state: LocalState not locked'],
])('a run without an error message that printed %j', (rest, said) => {
  expect(explainTerraform(parseEvents(rest), rest, step)).toMatchObject({
    message: 'cannot plan service-a in staging',
    cause: `Terraform says ${said}`,
    ending: 'cloud',
  })
})

it.each([
  ['X-Amz-Signature=HUSH&X-Amz-Expires=60', 'X-Amz-Signature=(sensitive)&X-Amz-Expires=60'],
  [
    'GET https://s3/x?X-Amz-Security-Token=HUSH: 403',
    'GET https://s3/x?X-Amz-Security-Token=(sensitive) 403',
  ],
  ['AWS_SECRET_ACCESS_KEY=HUSH AWS_REGION=x', 'AWS_SECRET_ACCESS_KEY=(sensitive) AWS_REGION=x'],
  ['{ "secret_key": "HUSH", "region": "x" }', '{ "secret_key": "(sensitive)", "region": "x" }'],
  ['aws_session_token = HUSH', 'aws_session_token = (sensitive)'],
])('removes the secret in %s', (text, shown) => {
  for (const error of [explain('failed', text), explainTerraform([], `failed\n${text}`, step)])
    expect(error.cause).toBe(`Terraform says failed\n${shown}`)
})

it('prints nothing that moves the cursor, changes colors or reorders text', () => {
  const words = fc.oneof(
    anyText,
    fc.constantFrom('Error acquiring the state lock', '\nID: x', '\nWho: \u001b[31m'),
  )
  const long = fc.array(words, { maxLength: 20 }).map(parts => parts.join(''))
  const property = fc.property(long, long, long, long, (summary, detail, address, rest) => {
    const errors = [explain(summary, detail, { address }), explainTerraform([], rest, step)]
    for (const { message, cause, remedy } of errors) {
      const lines = [message, cause, remedy].join('\n').split('\n').join('')
      expect(lines).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
    }
  })
  fc.assert(property, { numRuns: 500 })
})

it('parses the messages and skips text, other JSON and a truncated last line', () => {
  const version = { type: 'version', '@message': 'Terraform 1.11.4', terraform: '1.11.4' }
  const outputs = { type: 'outputs', '@message': 'Outputs: 1', outputs: { applied: { value: { tag: 't' } } } }
  const lines = [version, { type: 'version' }, { '@message': 'x' }, { type: 1, '@message': 'x' }, outputs]
  const text = ['Warning: x', ...lines.map(line => JSON.stringify(line)), '{"type":"diagn'].join('\r\n')
  expect(parseEvents(text)).toEqual([version, outputs])
})

it('parses any text without an error', () => {
  fc.assert(fc.property(anyText, text => Array.isArray(parseEvents(`{${text}\n${text}`))))
})

it.each([
  [
    'Removed resource still exists',
    'This statement declares that aws_lambda_alias.live was removed, but it is still declared in configuration.',
  ],
  [
    'Both a backend and cloud configuration are present',
    "A module may declare either one 'cloud' block OR one 'backend' block configuring a state backend.",
  ],
])('is bad input of the repository, though it names no file: %s', (summary, detail) => {
  expect(explain(summary, detail)).toMatchObject({
    ending: 'badInput',
    errorCode: { code: 'own-terraform-invalid' },
    cause: `Terraform says ${summary}\n${detail}`,
  })
})
