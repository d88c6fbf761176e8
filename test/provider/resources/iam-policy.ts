import type { Policy } from '@aws-sdk/client-iam'
import {
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  ListPolicyVersionsCommand,
  TagPolicyCommand,
  UntagPolicyCommand,
} from '@aws-sdk/client-iam'
import type { Aws } from '../aws/configuration.ts'
import type { State } from '../wire/value.ts'
import { found } from './found.ts'
import type { Change, ResourceType } from './resource-type.ts'
import { sameDocument } from './same-document.ts'
import { present, text, textMap, unlessDefault } from './shape.ts'
import { tagChanges, tagList } from './tags.ts'

/** `aws_iam_policy`: a managed policy. Every change creates a new default version. */
export const iamPolicy: ResourceType = {
  label: 'IAM Policy',
  nameOf: ({ name }) => String(name),
  fromId: id => ({ arn: id }),
  replaceOn: ['description', 'name', 'name_prefix', 'path'],
  create: async ({ iam }, planned) => {
    const tags = tagList(textMap(planned.tags_all))
    const { Policy: policy } = await iam.send(
      new CreatePolicyCommand({
        PolicyName: String(planned.name),
        PolicyDocument: String(planned.policy),
        ...present({
          Path: text(planned.path),
          Description: text(planned.description),
          Tags: tags.length > 0 ? tags : undefined,
        }),
      }),
    )
    return { ...computed(policy), name_prefix: '' }
  },
  read: async ({ iam }, state) => {
    const PolicyArn = String(state.arn)
    const seen = await found(iam.send(new GetPolicyCommand({ PolicyArn })))
    if (!seen?.Policy) return null
    const VersionId = seen.Policy.DefaultVersionId ?? ''
    const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId }))
    return {
      ...computed(seen.Policy),
      name: seen.Policy.PolicyName ?? null,
      policy: sameDocument(state.policy, decodeURIComponent(PolicyVersion?.Document ?? '')),
      path: unlessDefault(state.path, seen.Policy.Path, '/'),
      description: unlessDefault(state.description, seen.Policy.Description, ''),
    }
  },
  update: async (aws, change) => {
    if (change.changed.has('policy')) await replace(aws, change)
    if (change.changed.has('tags_all')) await retag(aws, change)
    return {}
  },
  remove: async ({ iam }, prior) => {
    const PolicyArn = String(prior.arn)
    for (const VersionId of await others(iam, PolicyArn)) {
      await iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId }))
    }
    await iam.send(new DeletePolicyCommand({ PolicyArn }))
  },
}

// A managed policy has at most five versions, so the oldest is deleted first (Terraform AWS provider, iam/policy.go).
async function replace({ iam }: Aws, { planned, prior }: Change): Promise<void> {
  const PolicyArn = String(prior.arn)
  const old = await others(iam, PolicyArn)
  const [VersionId] = old.length < 4 ? [] : old.slice(-1)
  if (VersionId !== undefined) await iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId }))
  const PolicyDocument = String(planned.policy)
  await iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument, SetAsDefault: true }))
}

async function retag({ iam }: Aws, change: Change): Promise<void> {
  const PolicyArn = String(change.prior.arn)
  const { set, gone } = tagChanges(change)
  if (gone.length > 0) await iam.send(new UntagPolicyCommand({ PolicyArn, TagKeys: gone }))
  if (Object.keys(set).length > 0) await iam.send(new TagPolicyCommand({ PolicyArn, Tags: tagList(set) }))
}

/** The versions other than the default, newest first. */
async function others(iam: Aws['iam'], PolicyArn: string): Promise<string[]> {
  const { Versions = [] } = await iam.send(new ListPolicyVersionsCommand({ PolicyArn }))
  return Versions.flatMap(({ VersionId, IsDefaultVersion }) =>
    IsDefaultVersion || VersionId === undefined ? [] : VersionId,
  )
}

function computed(policy: Policy | undefined): State {
  return {
    id: policy?.Arn ?? null,
    arn: policy?.Arn ?? null,
    policy_id: policy?.PolicyId ?? null,
    attachment_count: policy?.AttachmentCount ?? 0,
  }
}
