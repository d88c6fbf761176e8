import { z } from 'zod'

/** The schema of the ARN of an Application Load Balancer's listener. */
export const listener = z
  .string()
  .regex(
    /^arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:[0-9]{12}:listener\/app\/[\w-]+\/[0-9a-f]+\/[0-9a-f]+$/,
    'must be the ARN of an Application Load Balancer listener',
  )
