import { releaseName } from '../../../scripts/artifacts/names.ts'
import type { ImageName, ZipName } from '../../../scripts/artifacts/types.ts'
import { UserError } from '../../../scripts/base/user-error.ts'
import { isFrom } from '../../../scripts/catalogue/aws-provider.ts'
import { asImageService, settingsIn } from '../../../scripts/catalogue/service-config.ts'
import { isArm } from '../../../scripts/kinds/fields.ts'
import { functionNeeds } from '../../../scripts/kinds/lambda/needs.ts'
import { type LambdaImageSettings, lambdaImage } from '../../../scripts/kinds/lambda-image/kind.ts'
import { lambdaZip, type ZipSettings } from '../../../scripts/kinds/lambda-zip/kind.ts'
import { printTarget } from '../../../scripts/names/target.ts'
import type { Pin } from '../../../scripts/pin/pin.ts'
import { stackErrors } from '../../../scripts/stack/errors.ts'
import { imageUri } from '../shared/arns.ts'
import { isGuardian } from '../shared/guardian.ts'
import { need, needSameRegion } from '../shared/needs.ts'
import { type Network, networkIn, releaseOf, type ServiceSpec, scopeOf, sourceOf } from '../shared/spec.ts'

/** The code of a Lambda function: a zip in the artifact bucket (`sha256` in hexadecimal digits), or an image. */
export type LambdaCode =
  | {
      readonly type: 'zip'
      readonly key: string
      readonly sha256: string
      readonly handler: string
      readonly runtime: string
    }
  | { readonly type: 'image'; readonly uri: string; readonly command: readonly string[] | undefined }

/** The full input of a Lambda function's stack. */
export type LambdaSpec = ServiceSpec & {
  readonly settings: ZipSettings | LambdaImageSettings
  readonly code: LambdaCode
  readonly architecture: 'x86_64' | 'arm64'
  readonly network: Network | undefined
}

type FromCode = Pick<LambdaSpec, 'settings' | 'code' | 'architecture'>

/** Completes the input of a zip function's stack. Throws a `UserError` for missing or invalid settings. */
export function zipSpec(spec: ServiceSpec): LambdaSpec {
  const { target, config, environment, artifacts, pin } = spec
  needSameRegion(target, environment, artifacts)
  const settings = settingsIn(lambdaZip, config, scopeOf(spec), sourceOf(spec))
  const { handler, runtime, architecture } = settings
  const { key } = releaseName(releaseOf(spec), config) as ZipName
  // pinnedService has checked that the pin is of a zip.
  const { sha256 } = pin as Extract<Pin, { sha256: string }>
  return complete(spec, { settings, code: { type: 'zip', key, sha256, handler, runtime }, architecture })
}

/** The same for a function from an image. */
export function imageSpec(spec: ServiceSpec): LambdaSpec {
  const { target, config, environment, artifacts } = spec
  needSameRegion(target, environment, artifacts)
  const settings = settingsIn(lambdaImage, config, scopeOf(spec), sourceOf(spec))
  const uri = imageUri(artifacts, releaseName(releaseOf(spec), config) as ImageName)
  const build = asImageService(config)?.build
  const architecture = build !== undefined && isArm(build) ? 'arm64' : 'x86_64'
  return complete(spec, { settings, code: { type: 'image', uri, command: settings.command }, architecture })
}

function complete(spec: ServiceSpec, own: FromCode): LambdaSpec {
  const completed = { ...spec, ...own, network: own.settings.inNetwork ? networkOf(spec, own) : undefined }
  requireUrlPossible(completed)
  requireOwnName(completed)
  return completed
}

function networkOf({ target, environment }: ServiceSpec, { settings }: FromCode): Network {
  need(target, environment, functionNeeds(settings).fields)
  return networkIn(environment, settings)
}

/** Refuses another name for a guardian: alarms, rules and its own role are made for the usual one. */
function requireOwnName(spec: LambdaSpec): void {
  if (!isGuardian(spec) || spec.settings.name === undefined) return
  const problem = `${printTarget(spec.target)} is the guardian and has a name of its own`
  throw new UserError(stackErrors['setting-guardian'], problem, {
    cause: 'what calls the guardian knows it by the name of its stack',
    remedy: `Remove name from services/${spec.target.service}/service.json.`,
  })
}

// The first version of the provider with `invoked_via_function_url`.
const withPublicUrls = '6.29.0'

/** Refuses a URL for everybody with a provider that cannot limit to the URL what everybody may call. */
function requireUrlPossible({ target, settings, provider }: LambdaSpec): void {
  if (settings.functionUrl?.authType !== 'NONE' || isFrom(provider, withPublicUrls)) return
  throw new UserError(
    stackErrors['setting-provider'],
    `the URL of ${printTarget(target)} would be for everybody, which needs a newer AWS provider`,
    {
      cause: `only from version ${withPublicUrls} on can it limit to the URL what everybody may call`,
      remedy: `Set terraform.awsProvider in cdktf/environments.json, as in "~> 6.29", or functionUrl.authType to AWS_IAM.`,
    },
  )
}
