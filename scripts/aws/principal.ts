/**
 * Patterns for the condition key `aws:PrincipalArn` of the caller whom STS calls by an ARN. For a session of a role the
 * key has the role's own ARN, with the role's path, which the ARN of the session lacks; a role's name is unique in its
 * account, whatever the path (IAM user guide, "AWS global condition context keys", aws:PrincipalArn; "IAM identifiers").
 */
export function principalPatterns(arn: string): string[] {
  const session = /^arn:([^:]+):sts::([0-9]+):assumed-role\/([^/]+)\/[^/]+$/.exec(arn)
  if (session === null) return [arn]
  const [, partition, account, role] = session
  return ['', '*/'].map(path => `arn:${partition}:iam::${account}:role/${path}${role}`)
}
