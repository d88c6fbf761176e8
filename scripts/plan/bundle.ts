import { strToU8, unzipSync, zipSync } from 'fflate'
import { z } from 'zod'
import { parseJson } from '../base/parse-json.ts'
import { plain } from '../base/printable.ts'
import { UserError } from '../base/user-error.ts'
import { isCommitSha } from '../names/commit.ts'
import { isServiceName } from '../names/service-name.ts'
import type { Target } from '../names/target.ts'
import { type Pin, tagInPin } from '../pin/pin.ts'
import { planErrors } from './errors.ts'

const schemaVersion = 1

const aboutSchema = z.strictObject({
  schema: z.literal(schemaVersion),
  service: z.string().refine(isServiceName, 'must be the name of a service'),
  environment: z.string(),
  /** The pin's file, as the remote had it. */
  pin: z.string(),
  head: z.string().refine(isCommitSha, 'must be a commit of 40 hexadecimal digits'),
  terraform: z.string(),
})

/** What a saved plan is of. */
export type PlanAbout = z.output<typeof aboutSchema>

/** A plan that was saved for somebody to approve: Terraform's own file, the stack it is of, and what it rests on. */
export type PlanBundle = { readonly about: PlanAbout; readonly stack: Uint8Array; readonly plan: Uint8Array }

// One time, so that the same content gives the same bytes: the earliest year that a zip can name, and noon of the
// machine's own day, since a zip holds no time zone and no zone skips noon.
const fixedTime = () => new Date(1980, 0, 1, 12)

const fileNames = ['about.json', 'cdk.tf.json', 'terraform.tfplan']
// A plan of a service takes some 100 KB.
const mostBytes = 64 * 1024 ** 2

/** A saved plan as one file. */
export function packPlan({ about, stack, plan }: PlanBundle): Uint8Array {
  const files = {
    'about.json': strToU8(`${JSON.stringify(about, null, 2)}\n`),
    'cdk.tf.json': stack,
    'terraform.tfplan': plan,
  }
  return zipSync(files, { mtime: fixedTime(), level: 6 })
}

/** Reads a saved plan; `name` is how messages call it. Anything else is a `UserError`, and is not inflated. */
export function unpackPlan(bytes: Uint8Array, name: string): PlanBundle {
  const files = unzip(bytes, name)
  const { 'about.json': about, 'cdk.tf.json': stack, 'terraform.tfplan': plan } = files
  if (about === undefined || stack === undefined || plan === undefined) throw noPlan(name)
  const source = {
    name: `about.json of ${name}`,
    remedy: 'Plan again with this version of Waybill: make plan … OUT=<file>',
  }
  return { about: parseJson(new TextDecoder().decode(about), aboutSchema, source), stack, plan }
}

function unzip(bytes: Uint8Array, name: string): Record<string, Uint8Array | undefined> {
  const seen = new Set<string>()
  try {
    return unzipSync(bytes, {
      filter(file) {
        // Stopping at the first one also bounds how long a list of files is read.
        if (!fileNames.includes(file.name) || seen.has(file.name)) throw new Error('it holds other files')
        if (file.originalSize > mostBytes) throw new Error(`${file.name} in it has more than 64 MB`)
        seen.add(file.name)
        return true
      },
    })
  } catch (cause) {
    throw noPlan(name, cause)
  }
}

function noPlan(name: string, cause: unknown = new Error('a file of it is missing')): UserError {
  return new UserError(planErrors['plan-unreadable'], `${name} is no plan of Waybill's, or was cut`, {
    cause: plain(cause instanceof Error ? cause.message : String(cause)),
    remedy: 'make plan ENV=… SERVICE=… OUT=<file> saves one.',
    origin: cause,
  })
}

/** Refuses a saved plan that is of something else than what is to be deployed now. */
export function checkPlan(about: PlanAbout, target: Target, pinText: string, pin: Pin): void {
  if (about.service !== target.service || about.environment !== target.environment) {
    throw new UserError(
      planErrors['plan-other-target'],
      `the plan is of ${about.service} in ${plain(about.environment)}, not of ${target.service} in ${target.environment}`,
      {
        remedy: 'Take the plan that was approved for this deploy.',
      },
    )
  }
  if (about.pin === pinText) return
  throw new UserError(
    planErrors['plan-outdated'],
    `the pin of ${target.service} in ${target.environment} has changed since the plan was approved`,
    {
      cause: `the plan is of ${tagInPin(about.pin)}, and the remote pins ${pin.tag}`,
      remedy: 'Plan again, and let the new plan be approved.',
    },
  )
}
