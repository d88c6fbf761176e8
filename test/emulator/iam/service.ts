import { randomUUID } from 'node:crypto'
import type { Answer, Call, HttpRequest, Service } from '../protocol/protocol.ts'
import { AwsError, answer } from '../protocol/protocol.ts'
import type { Wording } from '../protocol/wording.ts'
import { worded } from '../protocol/wording.ts'
import type { Xml } from '../protocol/xml.ts'
import { element } from '../protocol/xml.ts'
import type { Identities, Identity } from './identities.ts'
import { readScope } from './identities.ts'
import * as providers from './oidc-providers.ts'
import * as policies from './role-policies.ts'
import * as roles from './roles.ts'
import type { IamState } from './state.ts'

type Operation = (state: IamState, identity: Identity, input: URLSearchParams) => Xml

const namespace = ' xmlns="https://iam.amazonaws.com/doc/2010-05-08/"'
const operations: Record<string, Operation> = {
  AttachRolePolicy: policies.attachRolePolicy,
  CreateOpenIDConnectProvider: providers.createOidcProvider,
  CreateRole: roles.createRole,
  DeleteOpenIDConnectProvider: providers.deleteOidcProvider,
  DeleteRole: roles.deleteRole,
  DeleteRolePolicy: policies.deleteRolePolicy,
  DetachRolePolicy: policies.detachRolePolicy,
  GetOpenIDConnectProvider: providers.getOidcProvider,
  GetRole: roles.getRole,
  GetRolePolicy: policies.getRolePolicy,
  ListAttachedRolePolicies: policies.listAttachedRolePolicies,
  ListInstanceProfilesForRole: roles.listInstanceProfilesForRole,
  ListOpenIDConnectProviders: providers.listOidcProviders,
  ListRolePolicies: policies.listRolePolicies,
  ListRoleTags: roles.listRoleTags,
  PutRolePolicy: policies.putRolePolicy,
  TagRole: roles.tagRole,
  UntagRole: roles.untagRole,
  UpdateAssumeRolePolicy: roles.updateAssumeRolePolicy,
  UpdateRole: roles.updateRole,
}

const wording: Wording = {
  problems: {
    throttle: ['Throttling', 400, 'Rate exceeded'],
    error500: ['ServiceFailure', 500, 'The request processing has failed because of an unknown error.'],
    error503: ['ServiceUnavailable', 503, 'Service Unavailable'],
    'conflict-409': ['ConcurrentModification', 409, 'Another request changed the entity. Try again.'],
    'access-denied': ['AccessDenied', 403, 'User is not authorized to perform: iam:{operation}'],
  },
  identity: {
    missing: ['MissingAuthenticationToken', 403, 'Request is missing Authentication Token'],
    malformed: ['IncompleteSignature', 400, 'Authorization header is malformed'],
    expired: ['ExpiredToken', 403, 'The security token included in the request is expired'],
    unknown: ['InvalidClientTokenId', 403, 'The security token included in the request is invalid.'],
  },
}

/** IAM's query API: roles and OpenID Connect providers as plain records, for each account. */
export function iamService(state: IamState, identities: Identities): Service {
  return {
    name: 'iam',
    claims: request => {
      const scope = readScope(request)
      return typeof scope === 'object' && scope.service === 'iam'
    },
    describe: request => describe(state, request),
    ...worded(wording, identities),
    fail,
  }
}

function describe(state: IamState, request: HttpRequest): Call {
  const form = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')
  const input = form ? new URLSearchParams(request.body.toString('utf8')) : request.query
  const operation = input.get('Action') ?? 'Unknown'
  const handle = Object.hasOwn(operations, operation) ? operations[operation] : undefined
  const run = (identity: Identity): Answer => {
    if (!handle) {
      const message = `The emulator does not know the IAM operation '${operation}'`
      throw new AwsError('InvalidAction', 400, message)
    }
    const result = handle(state, identity, input)
    return xml(200, `${operation}Response`, {
      [`${operation}Result`]: result,
      ResponseMetadata: { RequestId: randomUUID() },
    })
  }
  const resource = input.get('RoleName') ?? input.get('OpenIDConnectProviderArn') ?? input.get('Url') ?? ''
  return { operation, write: handle !== undefined && !/^(?:Get|List)/.test(operation), resource, run }
}

function fail(error: AwsError): Answer {
  const Type = error.status < 500 ? 'Sender' : 'Receiver'
  return xml(error.status, 'ErrorResponse', {
    Error: { Type, Code: error.code, Message: error.message },
    RequestId: randomUUID(),
  })
}

function xml(status: number, root: string, content: Xml): Answer {
  return answer(status, { 'content-type': 'text/xml' }, element(root, content, namespace))
}
