import type { AwsSettings } from '../../../aws/io/calls.ts'
import { type Mover, wholeOf } from '../../io/mover.ts'
import type { FunctionApplied } from '../applied.ts'
import { type Alias, connectLambda } from './client.ts'

/** Moves the traffic of functions, all of which goes through an alias. */
export async function connectFunctions(settings: AwsSettings): Promise<Mover<FunctionApplied>> {
  const lambda = await connectLambda(settings)
  const look: Mover<FunctionApplied>['look'] = async ({ functionName, live }) => {
    const alias = await lambda.alias(functionName, live)
    return (
      alias && {
        shares: sharesOf(alias),
        guard: alias.revisionId,
        says: `${live} sends to ${describe(alias)}`,
      }
    )
  }
  return {
    look,
    async ready({ functionName }, revision) {
      const { state, reason, digest } = await lambda.version(functionName, revision)
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
    async progress(applied, { revision }) {
      const now = await look(applied)
      const whole = now && wholeOf(now)
      return whole === revision
        ? { state: 'arrived' }
        : { state: 'taken over', by: now?.says ?? 'nobody: the alias is gone' }
    },
    async serving({ functionName, live }) {
      return [(await lambda.version(functionName, live)).digest]
    },
  }
}

function sharesOf({ version, weights }: Alias): Record<string, number> {
  const others = Object.entries(weights).map(([other, weight]): [string, number] => [other, weight * 100])
  const rest = others.reduce((sum, [, percent]) => sum - percent, 100)
  return Object.fromEntries([[version, rest], ...others])
}

function describe({ version, weights }: Alias): string {
  const others = Object.entries(weights).map(([other, weight]) => `, and ${weight * 100} % to ${other}`)
  return `version ${version}${others.join('')}`
}
