import type { Identities, Identity } from '../iam/identities.ts'
import { readScope } from '../iam/identities.ts'
import { readJsonObject } from '../protocol/json-input.ts'
import type { AwsError, Call, HttpRequest, Service } from '../protocol/protocol.ts'
import { answer, decoded, refusedCall, requestId } from '../protocol/protocol.ts'
import { jsonIdentityWords, jsonProblems, worded } from '../protocol/wording.ts'
import { invalid } from './input.ts'
import * as schedules from './schedules.ts'
import type { SchedulerState } from './state.ts'

const operations = {
  POST: { name: 'CreateSchedule', handle: schedules.createSchedule },
  PUT: { name: 'UpdateSchedule', handle: schedules.updateSchedule },
  GET: { name: 'GetSchedule', handle: schedules.getSchedule },
  DELETE: { name: 'DeleteSchedule', handle: schedules.deleteSchedule },
} as const

const wording = {
  problems: jsonProblems('scheduler', {
    throttle: ['ThrottlingException', 429, 'Rate exceeded'],
    error500: ['InternalServerException', 500, 'Unexpected error encountered while processing the request.'],
    'access-denied': [
      'AccessDeniedException',
      403,
      'User is not authorized to perform: scheduler:{operation}',
    ],
  }),
  identity: jsonIdentityWords(403),
}

/** EventBridge Scheduler's REST API, for schedules of the default group. */
export function schedulerService(state: SchedulerState, identities: Identities): Service {
  return {
    name: 'scheduler',
    claims: request => {
      const scope = readScope(request)
      return typeof scope === 'object' && scope.service === 'scheduler'
    },
    describe: request => describe(state, request),
    ...worded(wording, identities),
    fail: (error: AwsError) => {
      const headers = {
        'content-type': 'application/json',
        'x-amzn-errortype': error.code,
        ...requestId(),
        ...error.headers,
      }
      return answer(error.status, headers, JSON.stringify({ Message: error.message }))
    },
  }
}

function describe(state: SchedulerState, { method, rawPath, body }: HttpRequest): Call {
  const [, encoded] = /^\/schedules\/([^/]+)$/.exec(rawPath) ?? []
  const operation = operations[method as keyof typeof operations]
  if (encoded === undefined || operation === undefined) {
    const message = `The emulator does not know the request ${method} ${rawPath} to Scheduler`
    return refusedCall('Unknown', invalid(message))
  }
  const name = decoded(encoded)
  const run = (identity: Identity) => {
    const input = readJsonObject(body)
    if (!input) throw invalid('The request body is not a JSON object')
    const result = operation.handle({ state, identity, name, input })
    const headers = { 'content-type': 'application/json', ...requestId() }
    return answer(200, headers, JSON.stringify(result))
  }
  return { operation: operation.name, write: method !== 'GET', resource: name, run }
}
