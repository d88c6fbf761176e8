import type { Identities } from '../iam/identities.ts'
import type { JsonApi } from '../protocol/json-service.ts'
import { jsonService } from '../protocol/json-service.ts'
import type { Service } from '../protocol/protocol.ts'
import { jsonProblems } from '../protocol/wording.ts'
import * as rules from './rules.ts'
import type { EventsState } from './state.ts'

const api: JsonApi<EventsState> = {
  name: 'events',
  scope: 'events',
  target: 'AWSEvents',
  version: '1.1',
  operations: {
    DeleteRule: rules.deleteRule,
    DescribeRule: rules.describeRule,
    ListTagsForResource: rules.listTags,
    ListTargetsByRule: rules.listTargets,
    PutRule: rules.putRule,
    PutTargets: rules.putTargets,
    RemoveTargets: rules.removeTargets,
    TagResource: rules.tagResource,
    UntagResource: rules.untagResource,
  },
  resource: input => String(input.Name ?? input.Rule ?? input.ResourceARN ?? ''),
  problems: jsonProblems('events', {
    error500: ['InternalException', 500, 'This exception occurs due to unexpected causes.'],
    'conflict-409': [
      'ConcurrentModificationException',
      400,
      'There is concurrent modification on a rule, target, archive, or replay.',
    ],
  }),
}

/** EventBridge's rules and targets, of the default bus, over its JSON API. */
export function eventsService(state: EventsState, identities: Identities): Service {
  return jsonService(api, state, identities)
}
