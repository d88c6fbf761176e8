import { expect, it } from 'vitest'
import { candidatesIn, printImports } from '../../../../scripts/terraform/adopt/candidates.ts'
import { requireOwnController } from '../../../../scripts/terraform/adopt/controller.ts'
import { userError } from '../../samples.ts'

const stack = JSON.stringify({
  resource: {
    aws_lambda_function: { function: { function_name: 'LegacyQuotes', timeout: 3, publish: true } },
    aws_lambda_alias: {
      live: {
        name: 'STAGING',
        function_name: `\${aws_lambda_function.function.function_name}`,
        function_version: `\${aws_lambda_function.function.version}`,
      },
    },
    aws_iam_role: { role: { name: `\${var.prefix}-x` } },
  },
})

it('knows what a resource is called, also where it refers to another, and not what only AWS will say', () => {
  expect(
    candidatesIn(stack, ['aws_lambda_alias', 'aws_lambda_function', 'aws_iam_role', 'aws_s3_bucket']),
  ).toEqual([
    {
      address: 'aws_lambda_alias.live',
      type: 'aws_lambda_alias',
      attributes: { name: 'STAGING', function_name: 'LegacyQuotes' },
    },
    {
      address: 'aws_lambda_function.function',
      type: 'aws_lambda_function',
      attributes: { function_name: 'LegacyQuotes', timeout: '3' },
    },
    { address: 'aws_iam_role.role', type: 'aws_iam_role', attributes: {} },
  ])
})

it('writes import blocks as Terraform reads them', () => {
  expect(JSON.parse(printImports([{ address: 'aws_iam_role.role', id: 'x' }]))).toEqual({
    import: [{ to: 'aws_iam_role.role', id: 'x' }],
  })
})

const service = { cluster: 'legacy', name: 'parcels' }

it.each([undefined, 'ECS'])('ECS itself deploys a service whose controller is %s', type => {
  expect(() => requireOwnController(type, service)).not.toThrow()
})

it.each([
  [
    'CODE_DEPLOY',
    'aws ecs update-service --cluster legacy --service parcels --deployment-controller type=ECS',
  ],
  ['EXTERNAL', 'let Waybill create one beside it'],
])('says what AWS allows where the controller is %s', (type, remedy) => {
  const error = userError(() => requireOwnController(type, service))
  expect(error.ending).toBe('refused')
  expect(error.remedy).toContain(remedy)
})
