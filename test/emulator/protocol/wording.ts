import type { Identities } from '../iam/identities.ts'
import { identify } from '../iam/identities.ts'
import type { Call, GenericProblem, IdentityProblem, Service } from './protocol.ts'
import { AwsError } from './protocol.ts'

/** Code, HTTP status and message of an error. */
type Words = [code: string, status: number, message: string]

/** How one service words the errors that every service has. */
export type Wording = {
  problems: Record<Exclude<GenericProblem, 'expired-token'>, Words>
  identity: Record<IdentityProblem, Words>
  extra?: ConstructorParameters<typeof AwsError>[3]
}

/** The part of a service that is the same but for its words: who may ask, and what a fault says. */
export function worded(
  { problems, identity, extra }: Wording,
  identities: Identities,
): Pick<Service, 'identify' | 'problem'> {
  const error = ([code, status, message]: Words) => new AwsError(code, status, message, extra)
  return {
    identify: request => {
      const found = identify(identities, request)
      if (typeof found === 'string') throw error(identity[found])
      return found
    },
    problem: (kind: GenericProblem, call: Call) => {
      if (kind === 'expired-token') return error(identity.expired)
      const [code, status, message] = problems[kind]
      return error([code, status, message.replace('{operation}', call.operation)])
    },
  }
}

type Problems = Wording['problems']

/** The words that most services that speak JSON have for these errors, and those of one service that differ. */
export function jsonProblems(service: string, own: Partial<Problems>): Problems {
  return {
    throttle: ['ThrottlingException', 400, 'Rate exceeded'],
    error500: ['ServerException', 500, 'These errors are usually caused by a server-side issue.'],
    error503: ['ServiceUnavailableException', 503, 'Service Unavailable'],
    'conflict-409': ['ConflictException', 409, 'A conflicting operation is in progress'],
    'access-denied': [
      'AccessDeniedException',
      400,
      `User is not authorized to perform: ${service}:{operation}`,
    ],
    ...own,
  }
}

/** The same for services that speak the query protocol. */
export function queryProblems(service: string, own: Partial<Problems>): Problems {
  return {
    throttle: ['Throttling', 400, 'Rate exceeded'],
    error500: ['InternalFailure', 500, 'The request processing has failed because of an unknown error'],
    error503: ['ServiceUnavailable', 503, 'Service Unavailable'],
    'conflict-409': ['Conflict', 409, 'A conflicting operation is in progress'],
    'access-denied': ['AccessDenied', 403, `User is not authorized to perform: ${service}:{operation}`],
    ...own,
  }
}

/** What all services of AWS that speak JSON answer to credentials that they do not accept, but for the status. */
export function jsonIdentityWords(status: number): Wording['identity'] {
  return {
    missing: ['MissingAuthenticationTokenException', status, 'Missing Authentication Token'],
    malformed: ['IncompleteSignatureException', status, 'Authorization header is malformed'],
    expired: ['ExpiredTokenException', status, 'The security token included in the request is expired'],
    unknown: [
      'UnrecognizedClientException',
      status,
      'The security token included in the request is invalid.',
    ],
  }
}

/** The same for the services that speak the query protocol. */
export const queryIdentityWords: Wording['identity'] = {
  missing: ['MissingAuthenticationToken', 403, 'Request is missing Authentication Token'],
  malformed: ['IncompleteSignature', 400, 'Authorization header is malformed'],
  expired: ['ExpiredToken', 403, 'The security token included in the request is expired'],
  unknown: ['InvalidClientTokenId', 403, 'The security token included in the request is invalid.'],
}

/** The same for EC2 (Amazon EC2 API reference, "Error codes", common client errors). */
export const ec2IdentityWords: Wording['identity'] = {
  missing: ['MissingParameter', 400, 'The request must contain the parameter AWSAccessKeyId'],
  malformed: ['AuthFailure', 401, 'AWS was not able to validate the provided access credentials'],
  expired: ['RequestExpired', 400, 'Request has expired.'],
  unknown: ['AuthFailure', 401, 'AWS was not able to validate the provided access credentials'],
}
