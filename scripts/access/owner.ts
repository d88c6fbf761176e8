import { z } from 'zod'
import { type JsonSource, parseJson } from '../base/parse-json.ts'
import { quote } from '../base/printable.ts'
import { UserError } from '../base/user-error.ts'
import type { GithubConfig } from '../catalogue/environments.ts'
import { accessErrors } from './errors.ts'
import { issuer } from './trust.ts'

/** A role in a state of CI's roles, and the repository whose jobs may take it. */
type OwnedRole = { readonly address: string; readonly repository: string; readonly id: string | undefined }

const texts = z.union([z.string(), z.array(z.string())]).transform(value => [value].flat())
const statement = z.looseObject({
  Condition: z
    .looseObject({
      StringEquals: z.looseObject({ [`${issuer}:repository_id`]: texts.optional() }).optional(),
      StringLike: z.looseObject({ [`${issuer}:job_workflow_ref`]: texts.optional() }).optional(),
    })
    .default({}),
})
const trustPolicy = z.looseObject({
  Statement: z.union([z.array(statement), statement]).transform(value => [value].flat()),
})
const state = z.looseObject({
  resources: z
    .array(
      z.looseObject({
        type: z.string(),
        name: z.string(),
        instances: z
          .array(z.looseObject({ attributes: z.looseObject({ assume_role_policy: z.string().nullish() }) }))
          .default([]),
      }),
    )
    .default([]),
})

/**
 * Throws if a state has roles of another repository and the caller has not allowed their addresses: applying this
 * repository's stack would give them to its jobs, and take them from the other's.
 */
export function refuseTakeover(
  text: string,
  source: JsonSource,
  github: GithubConfig,
  { allowed, command }: { readonly allowed: readonly string[]; readonly command: string },
): void {
  const others = rolesIn(text, source).filter(role => !isOwn(role, github) && !allowed.includes(role.address))
  const [first] = others
  if (first === undefined) return
  const addresses = [...new Set(others.map(({ address }) => address))].join(',')
  throw new UserError(
    accessErrors['access-other-repository'],
    `the roles in ${source.name} are those of another repository`,
    {
      cause: `jobs of ${quote(first.repository)} take them, and github in cdktf/environments.json names ${github.repository}`,
      remedy: `Give this repository names of its own: "prefix": "waybill-<name>" in cdktf/environments.json. If it is the same repository under a new name: ${command} ALLOW_REPLACE=${addresses}`,
    },
  )
}

function rolesIn(text: string, source: JsonSource): OwnedRole[] {
  return parseJson(text, state, source)
    .resources.filter(({ type }) => type === 'aws_iam_role')
    .flatMap(({ name, instances }) =>
      instances.flatMap(({ attributes: { assume_role_policy: policy } }) =>
        policy == null ? [] : ownersOf(`aws_iam_role.${name}`, parseJson(policy, trustPolicy, source)),
      ),
    )
}

function ownersOf(address: string, { Statement }: z.output<typeof trustPolicy>): OwnedRole[] {
  return Statement.flatMap(({ Condition: { StringEquals, StringLike } }) => {
    const [id] = StringEquals?.[`${issuer}:repository_id`] ?? []
    const files = StringLike?.[`${issuer}:job_workflow_ref`] ?? []
    return files.map(file => ({ address, repository: file.split('/.github/')[0] ?? '', id }))
  })
}

/** A repository keeps its id when it is renamed; its name is one in any case. */
function isOwn({ repository, id }: OwnedRole, github: GithubConfig): boolean {
  if (id !== undefined && github.repositoryId !== undefined) return id === github.repositoryId
  return repository.toLowerCase() === github.repository.toLowerCase()
}
