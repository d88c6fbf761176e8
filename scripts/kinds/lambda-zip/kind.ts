import { z } from 'zod'
import { zipFields } from '../fields.ts'
import type { Kind } from '../kind.ts'
import { type FunctionApplied, functionApplied } from '../lambda/applied.ts'
import { functionKind } from '../lambda/kind.ts'
import { lambdaSettings } from '../lambda/settings.ts'

const settings = z.strictObject({
  ...lambdaSettings,
  handler: z
    .string()
    .regex(/^\S{1,128}$/, 'must be a handler such as index.handler')
    .default('index.handler'),
  runtime: z
    .string()
    .regex(/^[a-z0-9.]+$/, 'must be a Lambda runtime such as nodejs24.x')
    .default('nodejs24.x'),
  layers: z
    .array(
      z
        .string()
        .regex(
          /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:[0-9]{12}:layer:[A-Za-z0-9_-]+:[0-9]+$/,
          'must be the ARN of a version of a layer',
        ),
    )
    .min(1)
    .max(5)
    .optional()
    .describe('Versions of layers'),
  architecture: z.enum(['x86_64', 'arm64']).default('x86_64'),
})

/** How a Lambda function from a zip runs in one environment. */
export type ZipSettings = z.output<typeof settings>

/** A Lambda function from a zip. */
export const lambdaZip: Kind<'lambda-zip', ZipSettings, FunctionApplied<'lambda-zip'>> = {
  ...functionKind,
  name: 'lambda-zip',
  artifact: 'zip',
  acceptsIndex: false,
  // AWS Lambda developer guide, "Lambda quotas": deployment package, unzipped.
  zipLimit: {
    bytes: 250 * 1024 ** 2,
    remedy: 'Leave out what the function does not need, or make it a lambda-image.',
  },
  fields: zipFields,
  settings,
  applied: functionApplied('lambda-zip'),
  locate: (target, _, given) => ({ kind: 'lambda-zip', ...functionKind.locate(target, given) }),
}
