import { z } from 'zod'

const policies = z
  .array(
    z
      .string()
      .regex(
        /^arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy\/[\w+=,.@/-]+$/,
        'must be the ARN of an IAM policy',
      ),
  )
  .default([])

/** Managed policies for the roles that CI has in an environment. */
export const rolePolicies = z
  .strictObject({
    deploy: policies.describe('For the role that applies'),
    read: policies.describe('For the role that plans'),
  })
  .prefault({})
  .describe("ARNs of policies for CI's roles there, for resources that the repository adds to stacks")
