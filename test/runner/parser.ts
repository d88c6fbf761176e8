import { registerHooks } from 'node:module'

// The parser imports its schema, a JSON file, without the import attribute that Node requires.
const hooks = registerHooks({
  load: (url, context, next) =>
    next(url, url.endsWith('.json') ? { ...context, importAttributes: { type: 'json' } } : context),
})
const parser = await import('@actions/workflow-parser')
hooks.deregister()

/** The result of GitHub's own parser for a workflow: its faults, and the events that start it. */
export type Checked = { readonly errors: readonly string[]; readonly events: Events }

/** The events of a workflow that Waybill's workflows use. */
export type Events = {
  readonly push?: Filters
  readonly pull_request?: Filters
  readonly schedule?: readonly { readonly cron: string }[]
  readonly workflow_dispatch?: { readonly inputs?: Record<string, Input> }
  readonly workflow_call?: { readonly inputs?: Record<string, Input> }
}

/** The branches or tags whose pushes start a workflow. */
export type Filters = {
  readonly branches?: readonly string[]
  readonly tags?: readonly string[]
  readonly paths?: readonly string[]
}

/** A declared input of a workflow. */
export type Input = {
  readonly type?: string
  readonly required?: boolean
  readonly default?: unknown
  readonly options?: readonly string[]
}

/** Checks a workflow with GitHub's own parser (@actions/workflow-parser): keys, contexts, functions, expressions. */
export async function checkWorkflow(name: string, content: string): Promise<Checked> {
  const parsed = parser.parseWorkflow({ name, content }, new parser.NoOperationTraceWriter())
  const errors = parsed.context.errors.getErrors().map(error => error.message)
  if (parsed.value === undefined || errors.length > 0) return { errors, events: {} }
  const template = await parser.convertWorkflowTemplate(parsed.context, parsed.value)
  return {
    errors: [...(template.errors ?? []).map(({ Message }) => Message)],
    events: template.events as unknown as Events,
  }
}
