import { strToU8, unzipSync, zipSync } from 'fflate'
import { z } from 'zod'
import { parseJson } from '../base/parse-json.ts'
import { plain } from '../base/printable.ts'
import { UserError } from '../base/user-error.ts'
import { zipTime } from '../base/zip-time.ts'
import { isCommitSha } from '../names/commit.ts'
import { isDigest } from '../names/digest.ts'
import { isOverride, isTerraformFile } from '../names/own-resources.ts'
import { isServiceName } from '../names/service-name.ts'
import type { Target } from '../names/target.ts'
import { type Pin, tagInPin } from '../pin/pin.ts'
import { planErrors } from './errors.ts'

const schemaVersion = 1

const aboutSchema = z.strictObject({
  schema: z.literal(schemaVersion),
  service: z.string().refine(isServiceName, 'must be the name of a service'),
  environment: z.string(),
  /** The text of the pin's file on the remote. */
  pin: z.string(),
  head: z.string().refine(isCommitSha, 'must be a commit of 40 hexadecimal digits'),
  /** The SHA-256 of the settings; earlier versions of Waybill left it out. */
  settings: z.string().refine(isDigest, 'must be sha256: and 64 hexadecimal digits').optional(),
  terraform: z.string(),
})

/** What a saved plan is for. */
export type PlanAbout = z.output<typeof aboutSchema>

/** A plan that is saved for approval: Terraform's own file, its stack, and what it is based on. */
export type PlanBundle = {
  readonly about: PlanAbout
  readonly stack: Uint8Array
  /** The Terraform files of the service, by name. */
  readonly own: Readonly<Record<string, Uint8Array>>
  readonly plan: Uint8Array
}

const fileNames = ['about.json', 'cdk.tf.json', 'terraform.tfplan']
const mostFiles = 1000
/** The maximum size of a saved plan, and of each file in it, in bytes. A plan of one service has about 100 KB. */
export const maximumBytes = 64 * 1024 ** 2

/** Packs a plan into one file. */
export function packPlan({ about, stack, own, plan }: PlanBundle): Uint8Array {
  const files = {
    'about.json': strToU8(`${JSON.stringify(about, null, 2)}\n`),
    ...own,
    'cdk.tf.json': stack,
    'terraform.tfplan': plan,
  }
  return zipSync(files, { mtime: zipTime(), level: 6 })
}

/** Reads a saved plan, which messages call `name`. Throws a `UserError` for anything else, without inflating it. */
export function unpackPlan(bytes: Uint8Array, name: string): PlanBundle {
  const files = unzip(bytes, name)
  const { 'about.json': about, 'cdk.tf.json': stack, 'terraform.tfplan': plan, ...own } = files
  if (about === undefined || stack === undefined || plan === undefined) throw noPlan(name)
  const source = {
    name: `about.json of ${name}`,
    remedy: 'Plan again with this version of Waybill: make plan … OUT=<file>',
  }
  return { about: parseJson(new TextDecoder().decode(about), aboutSchema, source), stack, own, plan }
}

function unzip(bytes: Uint8Array, name: string): Record<string, Uint8Array> {
  const seen = new Set<string>()
  try {
    return unzipSync(bytes, {
      filter(file) {
        // Stopping at the first one also bounds the time to read an endless list of files.
        const isExpected = fileNames.includes(file.name) || isOwnTerraform(file.name)
        if (!isExpected || seen.has(file.name)) throw new Error('it contains other files')
        if (seen.size > mostFiles) throw new Error(`it contains more than ${mostFiles} files`)
        if (file.originalSize > maximumBytes) throw new Error(`its ${file.name} is larger than 64 MB`)
        seen.add(file.name)
        return true
      },
    })
  } catch (cause) {
    throw noPlan(name, cause)
  }
}

/** Whether a file may stand beside the stack: a plain name that Terraform reads, and merges over nothing. */
function isOwnTerraform(name: string): boolean {
  return isTerraformFile(name) && !isOverride(name) && !/[\\/:]/.test(name)
}

function noPlan(name: string, cause: unknown = new Error('a file is missing')): UserError {
  return new UserError(planErrors['plan-unreadable'], `${name} is not a Waybill plan or is truncated`, {
    cause: plain(cause instanceof Error ? cause.message : String(cause)),
    origin: cause,
  })
}

/** Refuses a saved plan for another target or another pin. */
export function checkPlan(about: PlanAbout, target: Target, pinText: string, pin: Pin): void {
  if (about.service !== target.service || about.environment !== target.environment) {
    throw new UserError(
      planErrors['plan-other-target'],
      `the plan is for ${about.service} in ${plain(about.environment)}, not for ${target.service} in ${target.environment}`,
    )
  }
  if (about.pin === pinText) return
  throw new UserError(
    planErrors['plan-outdated'],
    `the pin of ${target.service} in ${target.environment} has changed since the plan was approved`,
    {
      cause: `the plan is for ${tagInPin(about.pin)}, but the remote pins ${pin.tag}`,
    },
  )
}
