import { z } from 'zod'
import { plain, quote } from '../../base/printable.ts'
import { environmentNamePattern } from '../../names/environment-name.ts'
import { parseTag } from '../../names/release-tag.ts'
import { isServiceName } from '../../names/service-name.ts'
import { explainVersion, isVersion } from '../../names/version.ts'

/** `NAME=1`: yes; empty, `0` or left out: no. */
export const flag = z
  .enum(['1', 'true', 'yes', '0', 'false', 'no'], 'must be 1 or 0')
  .optional()
  .transform(text => text === '1' || text === 'true' || text === 'yes')

/** A service, or several, comma-separated. */
export const serviceList = z.string().transform((text, context) =>
  words(text).map(name => {
    if (isServiceName(name)) return name
    context.addIssue(
      `${quote(name)} is not a service name: use lower-case letters, digits and single hyphens`,
    )
    return z.NEVER
  }),
)

/** A version, or which part of the last one to raise. */
export const versionOrIncrement = z.string().transform((text, context) => {
  if (text === 'patch' || text === 'minor' || text === 'major') return { increment: text } as const
  if (isVersion(text)) return { version: text } as const
  context.addIssue(`${quote(text)} is not a version: ${explainVersion(text)}`)
  return z.NEVER
})

/** A release's tag. */
export const releaseTagOption = z.string().transform((text, context) => readTag(text, context))

/** A release's tag, or several, comma-separated. */
export const releaseTagList = z
  .string()
  .transform((text, context) => words(text).map(word => readTag(word, context)))

// Trims spaces only: a line break or a zero-width space stays in the name, which is then refused.
function words(text: string): string[] {
  return [...new Set(text.split(',').map(word => word.replace(/^ +| +$/g, '')))]
}

function readTag(text: string, context: z.RefinementCtx) {
  const tag = parseTag(text)
  if (tag !== undefined) return tag
  context.addIssue(`${quote(text)} is not a release: write <service>-v<version>, as in service-a-v1.1.0`)
  return z.NEVER
}

/** One line of text for people. */
export const oneLine = z
  .string()
  .trim()
  .min(1, 'must say something')
  .max(500, 'must have at most 500 characters')
  .transform(text => plain(text, 500))
  .pipe(z.string().min(1, 'must have a character that can be seen'))

const durationPattern = /^(?=.)(?:(\d{1,4})h)?(?:(\d{1,4})m)?(?:(\d{1,4})s)?$/

/** A duration such as `90s`, `10m` or `1h30m`, in ms. */
export const duration = z.string().transform((text, context) => {
  const found = durationPattern.exec(text)
  if (found !== null) {
    const [hours = 0, minutes = 0, seconds = 0] = found.slice(1).map(number => Number(number ?? 0))
    return ((hours * 60 + minutes) * 60 + seconds) * 1000
  }
  context.addIssue(`${quote(text)} is not a duration: use 90s, 10m or 1h30m`)
  return z.NEVER
})

/** A positive number of milliseconds. */
export const milliseconds = z.string().transform((text, context) => {
  if (/^[1-9][0-9]{0,6}$/.test(text)) return Number(text)
  context.addIssue(`${quote(text)} is not a number of milliseconds from 1 to 9999999, such as 30000`)
  return z.NEVER
})

/** A positive whole number. */
export const wholeNumber = z.string().transform((text, context) => {
  if (/^[1-9][0-9]{0,6}$/.test(text)) return Number(text)
  context.addIssue(`${quote(text)} is not a number from 1 to 9999999`)
  return z.NEVER
})

/** The id of a state lock, as Terraform prints it. */
export const lockId = z
  .string()
  .regex(/^[0-9a-f-]{36}$/, 'must be the id of a lock, as in the message about it')
  .optional()

/** Addresses of resources in a plan. */
export const allowedAddresses = z.string().transform(words).optional()

/** The name of an environment of `cdktf/environments.json`. */
export const environmentName = z.string().regex(environmentNamePattern, {
  error: issue => `${quote(String(issue.input))} is not an environment name`,
})
