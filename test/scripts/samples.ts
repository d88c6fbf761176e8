import {
  type Ending,
  type ErrorCode,
  type ErrorDetails,
  errorCodes,
  UserError,
} from '../../scripts/base/user-error.ts'
import { parseServiceConfig, type ServiceConfig } from '../../scripts/catalogue/service-config.ts'
import type { CommitSha, ObjectId } from '../../scripts/names/commit.ts'
import { type Digest, digestFromHex } from '../../scripts/names/digest.ts'
import { parseTag, type ReleaseTag } from '../../scripts/names/release-tag.ts'
import { isServiceName, type ServiceName } from '../../scripts/names/service-name.ts'
import { isVersion, type Version } from '../../scripts/names/version.ts'
import { makeRelease, type Release } from '../../scripts/release/release.ts'

const endings = ['badInput', 'refused', 'notReady', 'rolledBack', 'cloud'] as const
const sampleErrors = errorCodes(
  Object.fromEntries(endings.map(ending => [`sample-${ending}`, [ending, 'A sample.', '']] as const)),
)

/** A known error that ends a command in some way; bad input by default. */
export function sampleError(problem: string, details: ErrorDetails & { ending?: Ending } = {}): UserError {
  return new UserError(sampleErrors[`sample-${details.ending ?? 'badInput'}`] as ErrorCode, problem, details)
}

/** A tag that is known to be one. */
export function tag(text: string): ReleaseTag {
  const parsed = parseTag(text)
  if (parsed === undefined) throw new TypeError(`${text} is not a tag`)
  return parsed
}

/** A service's name that is known to be one. */
export function service(text: string): ServiceName {
  if (!isServiceName(text)) throw new TypeError(`${text} is not a service name`)
  return text
}

/** A version that is known to be one. */
export function version(text: string): Version {
  if (!isVersion(text)) throw new TypeError(`${text} is not a version`)
  return text
}

/** A commit made of one hexadecimal digit. */
export function commit(digit: string): CommitSha {
  return digit.repeat(40) as CommitSha
}

/** A git object made of one hexadecimal digit. */
export function object(digit: string): ObjectId {
  return digit.repeat(40) as ObjectId
}

/** A digest made of one hexadecimal digit. */
export function digest(digit: string): Digest {
  return digestFromHex(digit.repeat(64))
}

/** A service.json of one kind, as parsed, with some more in it. */
export function config(kind: ServiceConfig['kind'], more: object = {}): ServiceConfig {
  const build = kind === 'lambda-zip' ? { build: { command: 'make', output: 'dist' } } : {}
  return parseServiceConfig(JSON.stringify({ kind, ...build, ...more }), { name: 'service.json', remedy: '' })
}

/** A release of service-a 1.1.0, an image, or of service-b 1.1.0, a zip. */
export function sampleRelease(kind: 'image' | 'zip', more: Partial<Release> = {}): Release {
  const made = makeRelease(
    {
      tag: tag(kind === 'image' ? 'service-a-v1.1.0' : 'service-b-v1.1.0'),
      tagObject: object('9'),
      commit: commit('c'),
      sourceCommit: commit('5'),
    },
    config(kind === 'image' ? 'ecs-service' : 'lambda-zip'),
  )
  return { ...made, ...more }
}

/** The user error that an action ends with; anything else that it does fails the test. */
export function userError(action: () => unknown): UserError {
  try {
    action()
  } catch (error) {
    if (error instanceof UserError) return error
    throw error
  }
  throw new Error('nothing was refused')
}
