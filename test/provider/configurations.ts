/** A part of a configuration in terraform's JSON. */
export type Part = { readonly [name: string]: unknown }

/** A configuration for the AWS provider in an account, with these resources, data sources and outputs. */
export function configuration(parts: {
  account?: string
  resource?: Part
  data?: Part
  output?: Part
}): Part {
  const { account = '111111111111', ...rest } = parts
  return {
    terraform: { required_providers: { aws: { source: 'hashicorp/aws', version: '6.25.0' } } },
    provider: { aws: { region: 'us-east-1', allowed_account_ids: [account] } },
    ...rest,
  }
}

/** A role that an AWS service may assume, with a policy. */
export function role(name: string, service: string): Part {
  const assume = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: service } }
  const allow = { Effect: 'Allow', Action: 'logs:PutLogEvents', Resource: '*' }
  return {
    aws_iam_role: { runs: { name, assume_role_policy: policy(assume) } },
    aws_iam_role_policy: {
      runs: { name: 'runs', role: reference('aws_iam_role.runs.name'), policy: policy(allow) },
    },
  }
}

/** A reference to an attribute of another resource. */
export function reference(address: string): string {
  return `\${${address}}`
}

/** A policy document with one statement. */
export function policy(statement: object): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
}

/** A function with its role and alias, as in a release's stack, that runs `code`. */
export function lambdaStack(name: string, code: Part): Part {
  return configuration({
    resource: {
      ...role(name, 'lambda.amazonaws.com'),
      aws_cloudwatch_log_group: { log: { name: `/aws/lambda/${name}`, retention_in_days: 30 } },
      aws_lambda_function: {
        code: {
          function_name: name,
          role: reference('aws_iam_role.runs.arn'),
          publish: true,
          memory_size: 256,
          environment: { variables: { STAGE: 'staging' } },
          logging_config: { log_format: 'Text', log_group: reference('aws_cloudwatch_log_group.log.name') },
          tags: { service: name },
          depends_on: ['aws_iam_role_policy.runs'],
          ...code,
        },
      },
      aws_lambda_alias: {
        live: {
          name: 'LIVE',
          function_name: reference('aws_lambda_function.code.function_name'),
          function_version: reference('aws_lambda_function.code.version'),
          lifecycle: { ignore_changes: ['function_version', 'routing_config'] },
        },
      },
      aws_cloudwatch_metric_alarm: { errors: alarm(`${name}-errors`) },
    },
    output: {
      version: { value: reference('aws_lambda_function.code.version') },
      live: { value: reference('aws_lambda_alias.live.function_version') },
    },
  })
}

/** An alarm on a function's errors, with a threshold that no double represents exactly. */
export function alarm(alarm_name: string): Part {
  return {
    alarm_name,
    comparison_operator: 'GreaterThanThreshold',
    evaluation_periods: 1,
    threshold: 0.05,
    metric_name: 'Errors',
    namespace: 'AWS/Lambda',
    period: 60,
    statistic: 'Sum',
    treat_missing_data: 'notBreaching',
    dimensions: { FunctionName: 'any' },
  }
}

/** Code from an object in S3. */
export function zipCode(key: string): Part {
  return { s3_bucket: 'artifacts', s3_key: key, handler: 'index.handler', runtime: 'nodejs24.x' }
}
