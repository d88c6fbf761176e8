import {
  DeleteLifecyclePolicyCommand,
  DeleteRepositoryPolicyCommand,
  GetLifecyclePolicyCommand,
  GetRepositoryPolicyCommand,
  PutLifecyclePolicyCommand,
  SetRepositoryPolicyCommand,
} from '@aws-sdk/client-ecr'
import type { Aws } from '../aws/configuration.ts'
import type { State } from '../wire/value.ts'
import { found } from './found.ts'
import { knownBy } from './known-by.ts'
import type { ResourceType } from './resource-type.ts'
import { sameDocument } from './same-document.ts'

/** `aws_ecr_lifecycle_policy`. */
export const ecrLifecyclePolicy: ResourceType = {
  label: 'ECR Lifecycle Policy',
  ...knownBy('repository'),
  replaceOn: ['policy', 'region', 'repository'],
  create: async ({ ecr, account }, planned) => {
    const lifecyclePolicyText = String(planned.policy)
    await ecr.send(
      new PutLifecyclePolicyCommand({ repositoryName: String(planned.repository), lifecyclePolicyText }),
    )
    return { id: planned.repository ?? null, registry_id: account }
  },
  read: async ({ ecr }, state) => {
    const repositoryName = String(state.repository)
    const seen = await found(ecr.send(new GetLifecyclePolicyCommand({ repositoryName })))
    if (seen === null) return null
    return {
      policy: sameDocument(state.policy, seen.lifecyclePolicyText),
      registry_id: seen.registryId ?? null,
    }
  },
  update: async () => ({}),
  remove: async ({ ecr }, prior) => {
    await ecr.send(new DeleteLifecyclePolicyCommand({ repositoryName: String(prior.repository) }))
  },
}

/** `aws_ecr_repository_policy`. */
export const ecrRepositoryPolicy: ResourceType = {
  label: 'ECR Repository Policy',
  ...knownBy('repository'),
  replaceOn: ['region', 'repository'],
  create: async (aws, planned) => {
    await put(aws, planned)
    return { id: planned.repository ?? null, registry_id: aws.account }
  },
  read: async ({ ecr }, state) => {
    const repositoryName = String(state.repository)
    const seen = await found(ecr.send(new GetRepositoryPolicyCommand({ repositoryName })))
    if (seen === null) return null
    return { policy: sameDocument(state.policy, seen.policyText), registry_id: seen.registryId ?? null }
  },
  update: async (aws, { planned }) => {
    await put(aws, planned)
    return {}
  },
  remove: async ({ ecr }, prior) => {
    await ecr.send(new DeleteRepositoryPolicyCommand({ repositoryName: String(prior.repository) }))
  },
}

async function put({ ecr }: Aws, planned: State): Promise<void> {
  const repositoryName = String(planned.repository)
  await ecr.send(new SetRepositoryPolicyCommand({ repositoryName, policyText: String(planned.policy) }))
}
