import { z } from 'zod'
import { account, branch } from './fields.ts'

const id = z
  .string()
  .regex(/^[0-9]{1,20}$/, 'must be a number in quotes, as gh api repos/<owner>/<name> shows it')

/** The repository on GitHub whose jobs get roles. */
export const github = z
  .strictObject({
    repository: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9_-]*\/[A-Za-z0-9._-]+$/, 'must be <owner>/<name>, as GitHub spells it')
      .describe('The repository whose jobs may assume the roles, such as acme/parcels'),
    repositoryId: id
      .optional()
      .describe('Its id: keeps another repository that takes over the name from getting the rights'),
    ownerId: id.optional().describe("Its owner's id"),
    workflows: branch
      .refine(name => !name.includes('*'), 'must be a branch, not a pattern')
      .optional()
      .describe('The branch whose reusable workflows are trusted; the first release branch by default'),
    providerIn: z
      .array(account)
      .optional()
      .describe("Accounts that already have GitHub's identity provider, created outside Waybill"),
  })
  .refine(({ repositoryId, ownerId }) => (repositoryId === undefined) === (ownerId === undefined), {
    message: 'repositoryId and ownerId go together: GitHub puts both into a token or neither',
  })
