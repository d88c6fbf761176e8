import { z } from 'zod'
import type { Identity } from '../iam/identities.ts'
import { pageOf } from '../protocol/json-input.ts'
import { AwsError } from '../protocol/protocol.ts'
import { readInput, refusalFor } from '../protocol/validation.ts'
import { groupArn, type LogsState } from './state.ts'

/** FilterLogEvents, without patterns (Amazon CloudWatch Logs API reference). */
const filterSchema = z.strictObject({
  logGroupName: z
    .string()
    .min(1)
    .max(512)
    .regex(/^[.\-_/#A-Za-z0-9]+$/),
  logStreamNamePrefix: z
    .string()
    .min(1)
    .max(512)
    .regex(/^[^:*]*$/)
    .exactOptional(),
  startTime: z.number().int().min(0).exactOptional(),
  endTime: z.number().int().min(0).exactOptional(),
  limit: z.number().int().min(1).max(10_000).default(10_000),
  nextToken: z.string().min(1).exactOptional(),
})

const groupsSchema = z.strictObject({
  logGroupNamePrefix: z
    .string()
    .min(1)
    .max(512)
    .regex(/^[.\-_/#A-Za-z0-9]+$/)
    .exactOptional(),
  limit: z.number().int().min(1).max(50).default(50),
  nextToken: z.string().min(1).exactOptional(),
})

/** DescribeLogGroups: the groups whose names have a prefix, in the order of their names. */
export function describeLogGroups({ groups }: LogsState, identity: Identity, input: unknown): object {
  const asked = readInput(
    groupsSchema,
    input,
    problems => new AwsError('InvalidParameterException', 400, refusalFor(problems).message),
  )
  const front = groupArn(identity, asked.logGroupNamePrefix ?? '')
  const found = [...groups.keys()].filter(arn => arn.startsWith(front)).toSorted()
  const position = { token: asked.nextToken, size: asked.limit }
  const { page, next } = pageOf(found, position, text => new AwsError('InvalidParameterException', 400, text))
  const logGroups = page.map(arn => ({ arn: `${arn}:*`, logGroupName: arn.split(':').slice(6).join(':') }))
  return { logGroups, ...(next === undefined ? {} : { nextToken: next }) }
}

/** FilterLogEvents: the events of a time, oldest first. */
export function filterLogEvents({ groups }: LogsState, identity: Identity, input: unknown): object {
  const asked = readInput(
    filterSchema,
    input,
    problems => new AwsError('InvalidParameterException', 400, refusalFor(problems).message),
  )
  const { logStreamNamePrefix: prefix = '', startTime = 0, endTime = Number.POSITIVE_INFINITY } = asked
  const events = groups.get(groupArn(identity, asked.logGroupName))
  if (events === undefined)
    throw new AwsError('ResourceNotFoundException', 400, 'The specified log group does not exist.')
  const found = events
    .filter(({ logStreamName }) => logStreamName.startsWith(prefix))
    .filter(({ timestamp }) => timestamp >= startTime && timestamp <= endTime)
  const position = { token: asked.nextToken, size: asked.limit }
  const { page, next } = pageOf(found, position, text => new AwsError('InvalidParameterException', 400, text))
  return { events: page, searchedLogStreams: [], ...(next === undefined ? {} : { nextToken: next }) }
}
