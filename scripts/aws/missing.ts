/** Something that services build on and that does not exist: its name for people, and what to do about it. */
export type Missing = { readonly what: string; readonly remedy: string }

type Row = Missing & { readonly sign: RegExp }

const environment = 'of the environment in cdktf/environments.json'

// The codes that AWS gives, some of which it puts into the text of another one.
const rows: readonly Row[] = [
  {
    sign: /\bNoSuchBucket\b/,
    what: 'a bucket',
    remedy: 'Create it (make bootstrap), or correct its name, account and region in cdktf/environments.json.',
  },
  {
    sign: /\bRepositoryNotFound(Exception)?\b/,
    what: 'an image repository',
    remedy:
      'Create it (make bootstrap), or correct repository in service.json, or the account and region in cdktf/environments.json.',
  },
  {
    sign: /\bClusterNotFound(Exception)?\b/,
    what: 'the cluster',
    remedy: `Create it, or correct cluster ${environment}.`,
  },
  {
    sign: /\bInvalidSubnet(ID)?(\.NotFound)?\b|subnet ID '?subnet-\w+'? does not exist/,
    what: 'a subnet',
    remedy: `Correct network.subnets ${environment}.`,
  },
  {
    sign: /\bInvalidVpcID\.NotFound\b|vpc ID '?vpc-\w+'? does not exist/i,
    what: 'the VPC',
    remedy: `Correct network.vpc ${environment}.`,
  },
  {
    sign: /\bInvalid(Group|SecurityGroupID|SecurityGroup)(\.NotFound)\b|security group '?sg-\w+'? does not exist/i,
    what: 'a security group',
    remedy: `Correct network.securityGroups ${environment}.`,
  },
  {
    sign: /\b(Listener|LoadBalancer)NotFound(Exception)?\b/,
    what: 'the listener',
    remedy: `Create the load balancer and its listener, or correct listener ${environment}.`,
  },
  {
    sign: /\bNoSuchEntity(Exception)?\b/,
    what: 'an IAM role or policy',
    remedy:
      'Create it again: make bootstrap ENV=<environment> makes those of CI and the permission boundary, make deploy those of a service.',
  },
  {
    sign: /\bResourceNotFoundException\b.*log group|log group does not exist/i,
    what: 'a log group',
    remedy:
      'Run make deploy again: it creates the log group of a service. Correct any other one in service.json.',
  },
]

/** What does not exist according to an answer of AWS; undefined if it says something else. */
export function missingIn(said: string): Missing | undefined {
  return rows.find(({ sign }) => sign.test(said))
}
