import { type KindName, kindNames, kinds } from '../kinds/all.ts'
import type { Kind } from '../kinds/kind.ts'
import { isServiceName, type ServiceName } from '../names/service-name.ts'
import type { Target } from '../names/target.ts'

/** A target that an alarm is of, and the kinds whose stacks give an alarm that name. */
export type AlarmOwner = { readonly target: Target; readonly kinds: readonly KindName[] }

// Any name will do: what is around it is the same for every service.
const example = 'x' as ServiceName

/** The target whose stack made an alarm of this name; undefined for an alarm of somebody else. */
export function ownerOfAlarm(name: string, environment: string): AlarmOwner | undefined {
  const found = kindNames.flatMap(kind =>
    namesOf(kinds[kind], environment).flatMap(ending => {
      const service = name.endsWith(ending) ? name.slice(0, -ending.length) : ''
      return isServiceName(service) ? [{ kind, service }] : []
    }),
  )
  const [first] = found
  if (first === undefined) return undefined
  const { service } = first
  return { target: { service, environment }, kinds: found.map(({ kind }) => kind) }
}

/** What the names of a kind's alarms end with, after the service's name. */
function namesOf(kind: Pick<Kind, 'alarms'>, environment: string): string[] {
  const names = kind.alarms?.({ service: example, environment }) ?? []
  return names.map(name => name.slice(example.length))
}
