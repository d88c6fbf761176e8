import { z } from 'zod'
import { actionsOf } from './actions.ts'

const texts = z.union([z.string(), z.array(z.string())]).transform(value => [value].flat())
const values = z.union([z.string(), z.boolean(), z.number()])
const condition = z.record(z.string(), z.record(z.string(), z.union([values, z.array(values)])))
const principals = z.partialRecord(z.enum(['AWS', 'Service', 'Federated', 'CanonicalUser']), texts)
const principal = z.union([z.literal('*'), principals])
const statement = z.strictObject({
  Sid: z.string().exactOptional(),
  Effect: z.string(),
  Principal: principal.exactOptional(),
  NotPrincipal: principal.exactOptional(),
  Action: texts.exactOptional(),
  NotAction: texts.exactOptional(),
  Resource: texts.exactOptional(),
  NotResource: texts.exactOptional(),
  Condition: condition.exactOptional(),
})
const document = z.strictObject({
  Version: z.enum(['2008-10-17', '2012-10-17']).exactOptional(),
  Id: z.string().exactOptional(),
  Statement: z.union([statement, z.array(statement).min(1)]).transform(value => [value].flat()),
})

/** A policy with its statements as a list (IAM User Guide, Grammar of the IAM JSON policy language). */
export type PolicyDocument = z.output<typeof document>

/** One statement, whose actions and resources are lists. */
export type Statement = PolicyDocument['Statement'][number]

/** Reads a policy; undefined when it is not JSON or breaks the grammar. */
export function parsePolicy(text: string): PolicyDocument | undefined {
  try {
    return document.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

/** The actions of a statement, those that it leaves out too. */
export function actionsIn({ Action, NotAction }: Statement): string[] {
  return Action ?? NotAction ?? []
}

/** The resources of a statement, those that it leaves out too. */
export function resourcesIn({ Resource, NotResource }: Statement): string[] {
  return Resource ?? NotResource ?? []
}

/** Whether a pattern means no action at all, of a service whose actions the emulator knows. */
export function isUnknownAction(pattern: string): boolean {
  return actionsOf(pattern)?.length === 0
}
