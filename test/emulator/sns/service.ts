import type { Identities } from '../iam/identities.ts'
import type { Service } from '../protocol/protocol.ts'
import type { QueryApi } from '../protocol/query-service.ts'
import { queryService } from '../protocol/query-service.ts'
import { queryProblems } from '../protocol/wording.ts'
import type { SnsState } from './state.ts'
import * as topics from './topics.ts'

const api: QueryApi<SnsState> = {
  name: 'sns',
  scope: 'sns',
  version: '2010-03-31',
  namespace: 'http://sns.amazonaws.com/doc/2010-03-31/',
  operations: {
    CreateTopic: topics.createTopic,
    DeleteTopic: topics.deleteTopic,
    GetTopicAttributes: topics.getTopicAttributes,
    Publish: topics.publish,
  },
  subjects: ['TopicArn', 'Name'],
  // Amazon SNS API reference, Publish, "Errors".
  problems: queryProblems('sns', {
    throttle: ['Throttled', 429, 'Rate exceeded'],
    error500: ['InternalError', 500, 'Internal service error'],
    'access-denied': ['AuthorizationError', 403, 'User is not authorized to perform: SNS:{operation}'],
  }),
}

/** The part of SNS that publishes to topics: a message is kept, and delivered to nobody. */
export function snsService(state: SnsState, identities: Identities): Service {
  return queryService(api, state, identities)
}
