import type { AwsSettings } from '../../../aws/io/calls.ts'
import type { Metric } from '../../../aws/metric.ts'
import type { Clock } from '../../../base/clock.ts'
import { plain } from '../../../base/printable.ts'
import { parseTag } from '../../../names/release-tag.ts'
import { holds } from '../../../strategy/smoke.ts'
import { type Arm, type Mover, mainOf, type Pointer, type Shifting, wholeOf } from '../../io/mover.ts'
import type { FunctionApplied } from '../applied.ts'
import { type Alias, connectLambda, type Lambda } from './client.ts'

/** Moves the traffic of functions, all of which goes through an alias. */
export async function connectFunctions(settings: AwsSettings, clock: Clock): Promise<Mover<FunctionApplied>> {
  const lambda = await connectLambda(settings, clock)
  return {
    async look({ functionName, live }) {
      const alias = await lambda.alias(functionName, live)
      if (alias === undefined) return undefined
      return pointerOf(live, alias)
    },
    async ready({ functionName }, revision) {
      const found = await lambda.version(functionName, revision)
      if (found === undefined)
        return { state: 'cannot', why: `${functionName} has no version ${revision} any more` }
      const { state, reason, digest } = found
      // Traffic makes an inactive version active again.
      if (state === 'Active' || state === 'Inactive') return { state: 'ready', digest }
      if (state === 'Failed')
        return { state: 'cannot', why: reason ?? 'Lambda says Failed and gives no reason' }
      return { state: 'not yet' }
    },
    async send({ functionName, live }, version, { guard: revisionId }) {
      const moved = await lambda.moveAlias(functionName, live, { version, revisionId })
      return moved ? 'sent' : 'moved by another'
    },
    // The alias is the proof: Lambda never rolls back by itself.
    async progress({ functionName, live }, { revision, seen }) {
      const alias = await lambda.alias(functionName, live)
      if (alias === undefined) return { state: 'gone' }
      if (wholeOf({ shares: sharesOf(alias) }) === revision) return { state: 'arrived' }
      // The alias as it was before our write: a read that is behind it.
      if (alias.revisionId === seen?.guard) return { state: 'moving' }
      // With provisioned concurrency Lambda keeps the traffic on the version before, by a weight of its own, until enough
      // instances of the new one are ready (terraform-provider-aws#48116). A rollout's weights are for the new version.
      if (alias.version === revision) return { state: 'moving' }
      return { state: 'taken over', by: describe(alias) }
    },
    async serving({ functionName }, revision) {
      return [(await lambda.version(functionName, revision))?.digest]
    },
    async stand({ functionName, live, stable }) {
      const alias = await lambda.alias(functionName, live)
      if (alias === undefined) return undefined
      const { revisionId, arn } = alias
      return {
        pointer: pointerOf(live, alias),
        account: arn?.split(':')[4],
        fallback: async () => {
          const kept = await lambda.alias(functionName, stable)
          return kept && fallbackFor(kept, mainOf(pointerOf(live, alias)))
        },
        async sendBack(version) {
          return (await lambda.moveAlias(functionName, live, { version, revisionId }))
            ? 'arrived'
            : 'moved by another'
        },
      }
    },
    async keepStable({ functionName, stable }, version, before) {
      const alias = await lambda.alias(functionName, stable)
      if (alias === undefined) return
      const isKept = wholeOf({ shares: sharesOf(alias) }) === version && beforeIn(alias) === before
      if (isKept) return
      const { revisionId } = alias
      const description = before === undefined ? '' : `${beforeIs}${before}`
      // Where somebody else moves it at this moment, theirs is the newer verification.
      await lambda.moveAlias(functionName, stable, { version, revisionId, description })
    },
    shifting: shiftingOf(lambda),
    removable: {
      async list({ functionName }) {
        const all = await lambda.versions(functionName)
        return all.map(({ version, description, aliases }) => ({
          revision: version,
          // The stack describes a version by its release.
          tag: parseTag(description) === undefined ? undefined : description,
          pointers: aliases,
        }))
      },
      remove: ({ functionName }, revision) => lambda.removeVersion(functionName, revision),
    },
    // The provider publishes after the update, and does not come back to it: a later plan finds the settings as they should be.
    unregistered: {
      look: ({ functionName, revision }) => lambda.unpublished(functionName, revision),
      register: ({ functionName }, { guard }) => lambda.publish(functionName, guard),
    },
  }
}

function shiftingOf(lambda: Lambda): Shifting<FunctionApplied> {
  return {
    async shift({ functionName, live }, { revision, percent }, { shares, guard: revisionId }) {
      const [rest, ...others] = Object.keys(shares).filter(one => one !== revision)
      // An alias names two versions at most, so a third one would have to lose its share.
      if (rest === undefined || others.length > 0) return 'moved by another'
      const weights = { [revision]: percent / 100 }
      const moved = await lambda.moveAlias(functionName, live, { version: rest, weights, revisionId })
      return moved ? 'sent' : 'moved by another'
    },
    async smoke({ functionName }, revision, check, signal) {
      if (!('payload' in check)) throw new TypeError('a function is called, not requested')
      const { payload, contains, timeoutSeconds } = check
      const call = { payload, ms: timeoutSeconds * 1000, signal }
      const called = await lambda.invoke(functionName, revision, call)
      if ('failed' in called) return called.failed
      return contains === undefined || holds(called.answer, contains)
        ? undefined
        : `it answered ${plain(JSON.stringify(called.answer), 400)}`
    },
    arm: async (applied, revision) => armOf(applied, { ExecutedVersion: revision }),
    whole: async applied => [armOf(applied, {})],
  }
}

// AWS Lambda developer guide, "Types of metrics for Lambda functions": ExecutedVersion tells the versions of an alias apart.
function armOf({ functionName, live }: FunctionApplied, version: { readonly ExecutedVersion?: string }): Arm {
  const dimensions = { FunctionName: functionName, Resource: `${functionName}:${live}`, ...version }
  const metric = (name: string): Metric => ({ namespace: 'AWS/Lambda', name, dimensions })
  return { requests: metric('Invocations'), errors: metric('Errors') }
}

// How the description of the second alias begins, which nothing else can remember without a ledger.
const beforeIs = 'verified before: version '

function beforeIn({ description }: Alias): string | undefined {
  return description.startsWith(beforeIs) ? description.slice(beforeIs.length) : undefined
}

/** Where to go back to by the second alias alone: never forward to what traffic was just taken back from. */
function fallbackFor(kept: Alias, running: string | undefined): string | undefined {
  const { version } = kept
  const before = beforeIn(kept)
  return running === version || running === before ? before : version
}

function pointerOf(live: string, alias: Alias): Pointer {
  return { shares: sharesOf(alias), guard: alias.revisionId, says: `${live} sends to ${describe(alias)}` }
}

function sharesOf({ version, weights }: Alias): Record<string, number> {
  const others = Object.entries(weights).map(([other, weight]): [string, number] => [
    other,
    percentOf(weight),
  ])
  const rest = others.reduce((sum, [, percent]) => sum - percent, 100)
  return Object.fromEntries([[version, rest], ...others])
}

function describe({ version, weights }: Alias): string {
  const others = Object.entries(weights).map(([other, weight]) => `, and ${percentOf(weight)} % to ${other}`)
  return `version ${version}${others.join('')}`
}

// Lambda keeps a weight to some digits, and a product of two numbers has more.
function percentOf(weight: number): number {
  return Number((weight * 100).toFixed(6))
}
