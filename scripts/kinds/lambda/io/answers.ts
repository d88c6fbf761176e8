import { isDeepStrictEqual } from 'node:util'
import type { FunctionConfiguration, GetFunctionResponse, InvokeCommandOutput } from '@aws-sdk/client-lambda'
import { plain } from '../../../base/printable.ts'
import { type Digest, digestFromBase64, isDigest } from '../../../names/digest.ts'

/** The answer of a call: what the function returned, or how it failed. */
export type Invocation = { readonly answer: unknown } | { readonly failed: string }

/** AWS Lambda API reference, Invoke: `FunctionError` says that the code failed, and the payload then holds how. */
export function invocationIn({ FunctionError, Payload }: InvokeCommandOutput): Invocation {
  const text = Payload === undefined ? '' : new TextDecoder().decode(Payload)
  if (FunctionError !== undefined) return { failed: plain(`${FunctionError}: ${text}`, 400) }
  try {
    return { answer: text === '' ? null : JSON.parse(text) }
  } catch {
    return { failed: plain(`its answer is not JSON: ${text}`, 400) }
  }
}

/** What the stack sets and a version keeps. State, times and revision ids differ between any two versions. */
const kept = [
  'Architectures',
  'CodeSha256',
  'DeadLetterConfig',
  'Description',
  'Environment',
  'EphemeralStorage',
  'Handler',
  'ImageConfigResponse',
  'KMSKeyArn',
  'Layers',
  'LoggingConfig',
  'MemorySize',
  'PackageType',
  'Role',
  'Runtime',
  'Timeout',
  'TracingConfig',
  'VpcConfig',
] as const satisfies readonly (keyof FunctionConfiguration)[]

/** Whether a version holds all that the stack sets of another, or of `$LATEST`. */
export function holdsSame(one: FunctionConfiguration, other: FunctionConfiguration): boolean {
  return kept.every(name => isDeepStrictEqual(one[name], other[name]))
}

/** AWS Lambda API reference, GetFunction: an image's digest is in `ResolvedImageUri`, a zip's SHA-256 in `CodeSha256`. */
export function digestOf({ Code, Configuration }: GetFunctionResponse): Digest | undefined {
  const ofImage = Code?.ResolvedImageUri?.split('@')[1]
  if (ofImage !== undefined) return isDigest(ofImage) ? ofImage : undefined
  const ofZip = Configuration?.PackageType === 'Image' ? undefined : Configuration?.CodeSha256
  return ofZip === undefined ? undefined : digestFromBase64(ofZip)
}
