import { plain, quote } from '../../base/printable.ts'
import { environmentNamePattern } from '../../names/environment-name.ts'
import { parseTag, type ReleaseTag } from '../../names/release-tag.ts'
import { isServiceName, type ServiceName } from '../../names/service-name.ts'
import { explainVersion, type Increment, isVersion, type Version } from '../../names/version.ts'

/** What reading the text of an option gives: its value, or what is wrong with it. */
export type Reading<Value> = { readonly value: Value } | { readonly faults: readonly string[] }

const is = <Value>(value: Value) => ({ value })
const fault = (...faults: string[]) => ({ faults })

// Plain functions, since loading schemas takes longer than all else that a refusal does.

/** `NAME=1`: yes; empty, `0` or left out: no. */
function flag(text: string): Reading<boolean> {
  if (['1', 'true', 'yes'].includes(text)) return is(true)
  return ['0', 'false', 'no'].includes(text) ? is(false) : fault('must be 1 or 0')
}

/** A service, or several, comma-separated. */
function services(text: string): Reading<ServiceName[]> {
  return each(words(text), name =>
    isServiceName(name)
      ? is(name)
      : fault(`${quote(name)} is not a service name: use lower-case letters, digits and single hyphens`),
  )
}

/** A version, or which part of the last one to raise. */
function versionOrIncrement(text: string): Reading<{ version: Version } | { increment: Increment }> {
  if (text === 'patch' || text === 'minor' || text === 'major') return is({ increment: text })
  if (isVersion(text)) return is({ version: text })
  return fault(`${quote(text)} is not a version: ${explainVersion(text)}`)
}

function version(text: string): Reading<Version> {
  return isVersion(text) ? is(text) : fault('must be a version such as 1.0.0')
}

function tag(text: string): Reading<ReleaseTag> {
  const parsed = parseTag(text)
  if (parsed !== undefined) return is(parsed)
  return fault(`${quote(text)} is not a release: write <service>-v<version>, as in service-a-v1.1.0`)
}

/** Reads each of several words, and tells the faults of all. */
function each<Value>(some: readonly string[], read: (word: string) => Reading<Value>): Reading<Value[]> {
  const readings = some.map(read)
  const faults = readings.flatMap(one => ('faults' in one ? one.faults : []))
  return faults.length > 0 ? { faults } : is(readings.flatMap(one => ('value' in one ? [one.value] : [])))
}

// Trims spaces only: a line break or a zero-width space stays in the name, which is then refused.
function words(text: string): string[] {
  return [...new Set(text.split(',').map(word => word.replace(/^ +| +$/g, '')))]
}

/** One line of text for people. */
function line(text: string): Reading<string> {
  const said = text.trim()
  if (said === '') return fault('must say something')
  if (said.length > 500) return fault('must have at most 500 characters')
  const visible = plain(said, 500)
  return visible === '' ? fault('must have a character that can be seen') : is(visible)
}

const durationPattern = /^(?=.)(?:(\d{1,4})h)?(?:(\d{1,4})m)?(?:(\d{1,4})s)?$/

/** A duration such as `90s`, `10m` or `1h30m`, in ms. */
function duration(text: string): Reading<number> {
  const found = durationPattern.exec(text)
  if (found === null) return fault(`${quote(text)} is not a duration: use 90s, 10m or 1h30m`)
  const [hours = 0, minutes = 0, seconds = 0] = found.slice(1).map(number => Number(number ?? 0))
  return is(((hours * 60 + minutes) * 60 + seconds) * 1000)
}

const positive = /^[1-9][0-9]{0,6}$/

function milliseconds(text: string): Reading<number> {
  if (positive.test(text)) return is(Number(text))
  return fault(`${quote(text)} is not a number of milliseconds from 1 to 9999999, such as 30000`)
}

function number(text: string): Reading<number> {
  return positive.test(text) ? is(Number(text)) : fault(`${quote(text)} is not a number from 1 to 9999999`)
}

/** The sequence of an entry in a ledger. */
function sequence(text: string): Reading<number> {
  if (/^[1-9][0-9]{0,9}$/.test(text)) return is(Number(text))
  return fault('must be the sequence of an entry, as make history shows it')
}

/** The id of a state lock, as Terraform prints it. */
function lock(text: string): Reading<string> {
  return /^[0-9a-f-]{36}$/.test(text)
    ? is(text)
    : fault('must be the id of a lock, as in the message about it')
}

function sha256(text: string): Reading<string> {
  return /^[0-9a-f]{64}$/.test(text) ? is(text) : fault('must be the SHA-256 that make plan printed')
}

/** What Ctrl-C does to a rollout. */
function onStop(text: string): Reading<'back' | 'hold'> {
  return text === 'back' || text === 'hold' ? is(text) : fault('must be back or hold')
}

/** The name of an environment of `cdktf/environments.json`. */
function environment(text: string): Reading<string> {
  return environmentNamePattern.test(text) ? is(text) : fault(`${quote(text)} is not an environment name`)
}

/** How the text of each type of option is read. */
export const optionTypes = {
  /** Addresses of resources in a plan. */
  addresses: (text: string) => is(words(text)),
  duration,
  environment,
  flag,
  line,
  lock,
  milliseconds,
  number,
  onStop,
  sequence,
  services,
  sha256,
  tag,
  /** A release's tag, or several, comma-separated. */
  tags: (text: string) => each(words(text), tag),
  text: (text: string) => is(text),
  version,
  versionOrIncrement,
} satisfies Record<string, (text: string) => Reading<unknown>>

/** The value that an option of each type has. */
export type OptionValues = {
  readonly [Type in keyof typeof optionTypes]: Extract<
    ReturnType<(typeof optionTypes)[Type]>,
    { value: unknown }
  >['value']
}
