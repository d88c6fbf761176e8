import { z } from 'zod'

// The parts of GitHub's answers that doctor uses (GitHub REST API reference).

/** GET /repos/{owner}/{repo}. */
export const repositoryShape = z.object({
  id: z.number(),
  full_name: z.string(),
  private: z.boolean(),
  owner: z.object({ id: z.number(), type: z.string() }),
})

/** GET /repos/{owner}/{repo}/rulesets. */
export const rulesetListShape = z.array(z.object({ id: z.number(), target: z.string().optional() }))

/** GET /repos/{owner}/{repo}/rulesets/{id}; `bypass_actors` is visible only to those who may edit the ruleset. */
export const rulesetShape = z.object({
  name: z.string(),
  enforcement: z.string(),
  bypass_actors: z.array(z.object({ actor_type: z.string(), bypass_mode: z.string().optional() })).nullish(),
  conditions: z
    .object({
      ref_name: z.object({ include: z.array(z.string()), exclude: z.array(z.string()) }).optional(),
    })
    .nullish(),
  rules: z.array(z.object({ type: z.string() })).default([]),
})

/** GET /repos/{owner}/{repo}/environments. */
export const environmentListShape = z.object({
  environments: z.array(
    z.object({
      name: z.string(),
      protection_rules: z
        .array(
          z.object({
            type: z.string(),
            reviewers: z.array(z.unknown()).optional(),
            prevent_self_review: z.boolean().optional(),
          }),
        )
        .default([]),
      deployment_branch_policy: z
        .object({ protected_branches: z.boolean(), custom_branch_policies: z.boolean() })
        .nullish(),
    }),
  ),
})

/** GET /repos/{owner}/{repo}/environments/{name}/deployment-branch-policies. */
export const branchPoliciesShape = z.object({
  branch_policies: z.array(z.object({ name: z.string(), type: z.string().optional() })),
})

/** GET …/actions/secrets, …/actions/organization-secrets and …/environments/{name}/secrets: names, never values. */
export const secretsShape = z.object({ secrets: z.array(z.object({ name: z.string() })) })

/** GET /repos/{owner}/{repo}/codeowners/errors. */
export const ownersErrorsShape = z.object({
  errors: z.array(z.object({ line: z.number(), kind: z.string(), path: z.string() })),
})

/** GET /repos/{owner}/{repo}/rules/branches/{branch}: the rules in force, wherever they were set. */
export const branchRulesShape = z.array(
  z.object({
    type: z.string(),
    parameters: z
      .object({
        required_approving_review_count: z.number().optional(),
        require_code_owner_review: z.boolean().optional(),
      })
      .nullish(),
  }),
)

/** GET /repos/{owner}/{repo}/branches/{branch}/protection: the older branch protection. */
export const protectionShape = z.object({
  required_pull_request_reviews: z
    .object({
      required_approving_review_count: z.number().optional(),
      require_code_owner_reviews: z.boolean().optional(),
    })
    .nullish(),
  allow_force_pushes: z.object({ enabled: z.boolean() }).nullish(),
  allow_deletions: z.object({ enabled: z.boolean() }).nullish(),
})

/** GET /repos/{owner}/{repo}/actions/permissions/workflow. */
export const workflowRightsShape = z.object({
  default_workflow_permissions: z.string(),
  can_approve_pull_request_reviews: z.boolean(),
})

/** GET /repos/{owner}/{repo}/actions/oidc/customization/sub. */
export const subjectShape = z.object({
  use_default: z.boolean(),
  include_claim_keys: z.array(z.string()).optional(),
})
