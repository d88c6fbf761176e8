import { createHash } from 'node:crypto'
import { ProviderError } from '../provider-error.ts'
import type { State, Value } from '../wire/value.ts'

type Statement = { Sid?: string | undefined; [name: string]: unknown }
type Document = { Version?: string; Id?: string; Statement?: Statement[] }

/** Renders a policy like the real data source: a single name as text, several as a list in reverse order. */
export function policyDocument(config: State): State {
  const own: Document = {
    ...(config.policy_id ? { Id: config.policy_id as string } : {}),
    Statement: blocks(config.statement).map(statementOf),
  }
  const sources = documents(config.source_policy_documents)
  const overrides = documents(config.override_policy_documents)
  const merged = [...overrides].reduce(override, [...sources, own].reduce(append, {}))
  const { Statement: statements = [], ...head } = merged
  const document = {
    Version: (config.version as string | null) ?? head.Version ?? '2012-10-17',
    ...(head.Id === undefined ? {} : { Id: head.Id }),
    Statement: statements,
  }
  const json = JSON.stringify(document, null, 2)
  const id = String(Number.parseInt(createHash('sha256').update(json).digest('hex').slice(0, 8), 16))
  return { id, json, minified_json: JSON.stringify(document), version: document.Version }
}

function statementOf(block: State): Statement {
  const sid = block.sid as string | null
  return present({
    Sid: sid || undefined,
    Effect: block.effect ?? 'Allow',
    Action: names(block.actions),
    NotAction: names(block.not_actions),
    Resource: names(block.resources),
    NotResource: names(block.not_resources),
    Principal: principals(blocks(block.principals)),
    NotPrincipal: principals(blocks(block.not_principals)),
    Condition: conditions(blocks(block.condition)),
  })
}

function principals(all: State[]): unknown {
  if (all.length === 0) return undefined
  const [only] = all
  if (all.length === 1 && only?.type === '*' && names(only.identifiers) === '*') return '*'
  const byType = Map.groupBy(all, ({ type }) => String(type))
  return Object.fromEntries(
    [...byType].map(([type, same]) => [
      type,
      names(same.flatMap(({ identifiers }) => identifiers as string[])),
    ]),
  )
}

function conditions(all: State[]): unknown {
  if (all.length === 0) return undefined
  const byTest = Map.groupBy(all, ({ test }) => String(test))
  return Object.fromEntries(
    [...byTest].map(([test, same]) => [
      test,
      Object.fromEntries(same.map(({ variable, values }) => [variable, one(values as string[])])),
    ]),
  )
}

function append(base: Document, added: Document): Document {
  return { ...base, ...added, Statement: [...(base.Statement ?? []), ...(added.Statement ?? [])] }
}

function override(base: Document, stronger: Document): Document {
  const sids = new Set((stronger.Statement ?? []).map(({ Sid }) => Sid).filter(Boolean))
  return append({ ...base, Statement: (base.Statement ?? []).filter(({ Sid }) => !sids.has(Sid)) }, stronger)
}

function documents(value: Value | undefined): Document[] {
  return ((value ?? []) as string[])
    .filter(text => text !== '')
    .map(text => {
      try {
        return JSON.parse(text) as Document
      } catch (cause) {
        throw new ProviderError(`merging source document: ${(cause as Error).message}`)
      }
    })
}

function blocks(value: Value | undefined): State[] {
  return [...((value ?? []) as State[])]
}

function names(value: Value | undefined): unknown {
  const all = [...((value ?? []) as string[])].sort().reverse()
  return all.length === 0 ? undefined : one(all)
}

function one(values: readonly string[]): unknown {
  return values.length === 1 ? values[0] : values
}

function present(statement: Statement): Statement {
  return Object.fromEntries(Object.entries(statement).filter(([, value]) => value !== undefined))
}
