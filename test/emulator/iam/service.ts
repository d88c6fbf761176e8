import type { Service } from '../protocol/protocol.ts'
import type { QueryApi } from '../protocol/query-service.ts'
import { queryService } from '../protocol/query-service.ts'
import { queryProblems } from '../protocol/wording.ts'
import type { Identities } from './identities.ts'
import * as managed from './managed-policies.ts'
import * as providers from './oidc-providers.ts'
import * as policies from './role-policies.ts'
import * as roles from './roles.ts'
import type { IamState } from './state.ts'

const api: QueryApi<IamState> = {
  name: 'iam',
  scope: 'iam',
  version: '2010-05-08',
  namespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
  operations: {
    AttachRolePolicy: policies.attachRolePolicy,
    CreateOpenIDConnectProvider: providers.createOidcProvider,
    CreatePolicy: managed.createPolicy,
    CreatePolicyVersion: managed.createPolicyVersion,
    CreateRole: roles.createRole,
    DeleteOpenIDConnectProvider: providers.deleteOidcProvider,
    DeletePolicy: managed.deletePolicy,
    DeletePolicyVersion: managed.deletePolicyVersion,
    DeleteRole: roles.deleteRole,
    DeleteRolePolicy: policies.deleteRolePolicy,
    DetachRolePolicy: policies.detachRolePolicy,
    GetOpenIDConnectProvider: providers.getOidcProvider,
    GetPolicy: managed.getPolicy,
    GetPolicyVersion: managed.getPolicyVersion,
    GetRole: roles.getRole,
    GetRolePolicy: policies.getRolePolicy,
    ListAttachedRolePolicies: policies.listAttachedRolePolicies,
    ListInstanceProfilesForRole: roles.listInstanceProfilesForRole,
    ListOpenIDConnectProviders: providers.listOidcProviders,
    ListPolicyVersions: managed.listPolicyVersions,
    ListRolePolicies: policies.listRolePolicies,
    ListRoleTags: roles.listRoleTags,
    PutRolePolicy: policies.putRolePolicy,
    TagPolicy: managed.tagPolicy,
    TagRole: roles.tagRole,
    UntagPolicy: managed.untagPolicy,
    UntagRole: roles.untagRole,
    UpdateAssumeRolePolicy: roles.updateAssumeRolePolicy,
    UpdateRole: roles.updateRole,
  },
  subjects: ['RoleName', 'OpenIDConnectProviderArn', 'Url', 'PolicyArn', 'PolicyName'],
  problems: queryProblems('iam', {
    error500: ['ServiceFailure', 500, 'The request processing has failed because of an unknown error.'],
    'conflict-409': ['ConcurrentModification', 409, 'Another request changed the entity. Try again.'],
  }),
}

/** IAM's query API: roles, policies and OpenID Connect providers as plain records, for each account. */
export function iamService(state: IamState, identities: Identities): Service {
  return queryService(api, state, identities)
}
