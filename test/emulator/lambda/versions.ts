import { randomUUID } from 'node:crypto'
import { checkRevision, invalidValue } from './errors.ts'
import { publishSchema, readInput } from './input.ts'
import { printVersion } from './print.ts'
import type { FunctionVersion, LambdaCall, LambdaFunction, LambdaState } from './state.ts'
import { checkReady, findFunction } from './state.ts'

/** PublishVersion, guarded by the hash of the code and by the revision of `$LATEST`. */
export function publishVersion(call: LambdaCall): object {
  const request = readInput(publishSchema, call.input)
  const target = findFunction(call)
  checkReady(call.state, target)
  checkRevision(request.RevisionId, target.latest.revisionId)
  const { sha256 } = target.latest.code
  if (request.CodeSha256 !== undefined && request.CodeSha256 !== sha256) {
    throw invalidValue(
      `CodeSHA256 (${request.CodeSha256}) is different from current CodeSHA256 in $LATEST (${sha256}). Please try again with the CodeSHA256 in $LATEST.`,
    )
  }
  return printVersion(call.state, target, publish(call.state, target, request.Description))
}

/** Makes a version of `$LATEST`; the last one again when nothing changed since (Lambda API, PublishVersion). */
export function publish(state: LambdaState, target: LambdaFunction, description?: string): FunctionVersion {
  const { latest, published, arn } = target
  const last = state.lastVersions.get(arn) ?? 0
  const previous = published.get(String(last))
  const content = contentOf(latest)
  if (previous?.content === content) return previous
  const version: FunctionVersion = {
    ...latest,
    version: String(last + 1),
    arn: `${arn}:${last + 1}`,
    settings: { ...latest.settings, ...(description === undefined ? {} : { Description: description }) },
    revisionId: randomUUID(),
    modifiedAt: new Date(state.clock.now()),
    fresh: true,
    content,
  }
  published.set(version.version, version)
  state.lastVersions.set(arn, last + 1)
  return version
}

/** Everything whose change makes another version: code by its hash, and configuration. */
function contentOf({ settings, code, architectures }: FunctionVersion): string {
  return JSON.stringify([code.sha256, architectures, settings], sorted)
}

function sorted(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
