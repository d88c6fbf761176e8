import { z } from 'zod'
import type { Identity } from '../iam/identities.ts'
import { pageOf } from '../protocol/json-input.ts'
import { AwsError } from '../protocol/protocol.ts'
import { listOf, wholeNumber } from '../protocol/query-schema.ts'
import type { Problem } from '../protocol/validation.ts'
import * as validation from '../protocol/validation.ts'
import type { Xml } from '../protocol/xml.ts'
import { isOwn } from './state.ts'

/* Names and limits are those of the Elastic Load Balancing API reference, version 2015-12-01, operation by operation. */

const page = { PageSize: wholeNumber(1, 400).default(400), Marker: z.string().exactOptional() }
const some = listOf(z.string(), 20).default([])

/** DescribeLoadBalancers. */
export const balancersSchema = z.object({ ...page, LoadBalancerArns: some, Names: some })

/** DescribeListeners. */
export const listenersSchema = z
  .object({ ...page, LoadBalancerArn: z.string().exactOptional(), ListenerArns: some })
  .superRefine(({ LoadBalancerArn, ListenerArns }, context) =>
    validation.refuseWhen(
      context,
      (LoadBalancerArn === undefined) === (ListenerArns.length === 0),
      'You must specify either listener ARNs or a load balancer ARN',
    ),
  )

/** DescribeRules. */
export const rulesSchema = z
  .object({ ...page, ListenerArn: z.string().exactOptional(), RuleArns: some })
  .superRefine(({ ListenerArn, RuleArns }, context) =>
    validation.refuseWhen(
      context,
      (ListenerArn === undefined) === (RuleArns.length === 0),
      'You must specify either listener rule ARNs or a listener ARN',
    ),
  )

/** DescribeTargetGroups. */
export const groupsSchema = z
  .object({ ...page, LoadBalancerArn: z.string().exactOptional(), TargetGroupArns: some, Names: some })
  .superRefine(({ LoadBalancerArn, TargetGroupArns, Names }, context) => {
    const given = [LoadBalancerArn === undefined ? [] : [LoadBalancerArn], TargetGroupArns, Names]
    const isMixed = given.filter(one => one.length > 0).length > 1
    const message = 'Target group ARNs, names and a load balancer ARN cannot be specified at the same time'
    validation.refuseWhen(context, isMixed, message)
  })

/** Reads an operation's input, or throws `ValidationError` (Elastic Load Balancing API reference, "Common errors"). */
export function readInput<T extends z.ZodType>(schema: T, input: unknown): z.output<T> {
  return validation.readInput(schema, input, refuse, 'ValidationError')
}

/** A client error of Elastic Load Balancing: HTTP 400 with the error's name. */
export function balancerError(code: string, message: string): AwsError {
  return new AwsError(code, 400, message)
}

/** What the ARNs of a type name; one of another type, account or region is invalid, and one that is gone is not found. */
export function named<Item>(
  items: Map<string, Item>,
  arns: readonly string[],
  identity: Identity,
  type: { resource: string; says: string; missing: AwsError },
): Item[] {
  return arns.map(arn => {
    if (!isOwn(arn, identity) || arn.split(':')[5]?.split('/')[0] !== type.resource)
      throw balancerError('ValidationError', `'${arn}' is not a valid ${type.says} ARN`)
    const item = items.get(arn)
    if (item === undefined) throw type.missing
    return item
  })
}

/** One page of a list, as it is printed: in members, with the marker of the next page. */
export function printPage<Item>(
  name: string,
  items: Item[],
  { PageSize: size, Marker: token }: { PageSize: number; Marker?: string },
  print: (item: Item) => Xml,
): Xml {
  const refuse = (message: string) => balancerError('ValidationError', message)
  const { page: shown, next } = pageOf(items, { token, size }, refuse)
  return { [name]: { member: shown.map(print) }, NextMarker: next }
}

function refuse(problems: Problem[]): AwsError {
  return balancerError('ValidationError', validation.refusalFor(problems).message)
}
