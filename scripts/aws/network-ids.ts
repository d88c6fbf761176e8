import { z } from 'zod'

/** The schema of the id of a subnet. */
export const subnetId = z.string().regex(/^subnet-[0-9a-f]+$/, 'must be the id of a subnet')

/** The schema of the id of a security group. */
export const securityGroupId = z.string().regex(/^sg-[0-9a-f]+$/, 'must be the id of a security group')
