import { z } from 'zod'
import { AwsError } from '../protocol/protocol.ts'
import { wholeNumber } from '../protocol/query-schema.ts'
import type { Problem } from '../protocol/validation.ts'
import * as validation from '../protocol/validation.ts'

/* Names and limits are those of the Amazon EC2 API reference, operation by operation. */

const page = { MaxResults: wholeNumber(5, 1000).default(1000), NextToken: z.string().exactOptional() }
const ids = z.array(z.string()).default([])
const filters = z.array(z.object({ Name: z.string(), Value: z.array(z.string()) })).default([])

/** DescribeSubnets. */
export const subnetsSchema = z.object({ ...page, SubnetId: ids, Filter: filters })

/** DescribeSecurityGroups. */
export const securityGroupsSchema = z.object({ ...page, GroupId: ids, Filter: filters })

/** The filters of a request. */
export type Filters = z.output<typeof filters>

/** Reads an operation's input, or throws EC2's `InvalidParameterValue` (Amazon EC2 API reference, "Error codes"). */
export function readInput<T extends z.ZodType>(schema: T, input: unknown): z.output<T> {
  return validation.readInput(schema, input, refuse, invalid)
}

/** A client error of EC2: HTTP 400 with the error's name. */
export function ec2Error(code: string, message: string): AwsError {
  return new AwsError(code, 400, message)
}

const invalid = 'InvalidParameterValue'

function refuse(problems: Problem[]): AwsError {
  return ec2Error(invalid, validation.refusalFor(problems).message)
}
