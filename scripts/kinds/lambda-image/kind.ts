import { z } from 'zod'
import { regionalArn } from '../../aws/arn.ts'
import { imageFields } from '../fields.ts'
import type { Kind } from '../kind.ts'
import { type FunctionApplied, functionApplied } from '../lambda/applied.ts'
import { functionKind } from '../lambda/kind.ts'
import { functionName } from '../lambda/names.ts'
import { lambdaSettings } from '../lambda/settings.ts'

const settings = z.strictObject({
  ...lambdaSettings,
  command: z.array(z.string()).min(1).optional().describe("Replaces the image's own command"),
})

/** How a Lambda function from an image runs in one environment. */
export type LambdaImageSettings = z.output<typeof settings>

/** A Lambda function from an image, not an index (Lambda guide, "Create a Lambda function using a container image"). */
export const lambdaImage: Kind<'lambda-image', LambdaImageSettings, FunctionApplied<'lambda-image'>> = {
  ...functionKind,
  name: 'lambda-image',
  artifact: 'image',
  acceptsIndex: false,
  // AWS Lambda developer guide, "Amazon ECR cross-account permissions".
  pulls: {
    sid: 'Functions',
    service: 'lambda.amazonaws.com',
    actions: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
    arn: (target, place, given) => regionalArn('lambda', place, `function:${functionName(target, given)}`),
  },
  fields: imageFields({ acceptsIndex: false }),
  settings,
  applied: functionApplied('lambda-image'),
  locate: (target, _, given) => ({ kind: 'lambda-image', ...functionKind.locate(target, given) }),
}
