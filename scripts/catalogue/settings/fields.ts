import { z } from 'zod'

/** The id of an AWS account. */
export const account = z.string().regex(/^[0-9]{12}$/, 'must be an AWS account id of 12 digits, in quotes')

/** An AWS region. */
export const region = z
  .string()
  .regex(/^[a-z]{2}(-[a-z]+)+-[0-9]$/, 'must be an AWS region such as eu-central-1')

/** The name of an S3 bucket. */
export const bucket = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]|\.(?=[a-z0-9])){1,61}[a-z0-9]$/, 'must be the name of an S3 bucket')

/** The ARN of an IAM role. */
export const role = z
  .string()
  .regex(/^arn:aws[a-z-]*:iam::[0-9]{12}:role\/[\w+=,.@/-]+$/, 'must be the ARN of an IAM role')

/** A branch, or a pattern of branches. */
export const branch = z
  .string()
  .regex(
    /^(?![-/.])(?!.*(?:\.\.|\/\/|@\{|\*\*|\.lock$|\/$|\.$))[A-Za-z0-9._/*-]+$/,
    'must be a branch, * allowed',
  )
