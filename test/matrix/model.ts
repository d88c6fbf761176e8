import { parseTag } from '../../scripts/names/release-tag.ts'
import { compareVersions } from '../../scripts/names/version-order.ts'

/** A command to run; releases name their commit. */
export type Step =
  | { readonly command: 'release'; readonly tag: string; readonly commit: string }
  | { readonly command: 'promote'; readonly tag: string }
  | { readonly command: 'pin'; readonly tag: string; readonly env: string; readonly older: boolean }
  | { readonly command: 'yank'; readonly tag: string }

/**
 * The facts, as a person would list them: `tag <tag>` → its commit, `record <tag>` and `yank <tag>` → yes,
 * `pin <environment> <service>` → its tag.
 */
export type Facts = Readonly<Record<string, string>>

/** How a command should end, and the facts afterwards. */
export type Expected = { readonly code: number; readonly facts: Facts }

/** The model: everything a person needs to know about the four commands. Every commit is built. */
export function expected(facts: Facts, step: Step): Expected {
  const { tag } = step
  const is = (code: number, more: Facts = {}): Expected => ({ code, facts: { ...facts, ...more } })
  const commit = facts[`tag ${tag}`]
  const released = `record ${tag}` in facts
  switch (step.command) {
    case 'release':
      if (commit === undefined) return is(0, { [`tag ${tag}`]: step.commit })
      return is(commit === step.commit ? 0 : 3)
    case 'promote':
      return commit === undefined ? is(2) : is(0, { [`record ${tag}`]: 'yes' })
    case 'yank':
      return released ? is(0, { [`yank ${tag}`]: 'yes' }) : is(2)
    case 'pin': {
      if (!released) return is(4)
      if (`yank ${tag}` in facts) return is(3)
      const pin = `pin ${step.env} ${serviceOf(tag)}`
      return isOlder(tag, facts[pin]) && !step.older ? is(3) : is(0, { [pin]: tag })
    }
  }
}

/** The service of a tag. */
export function serviceOf(tag: string): string {
  return parseTag(tag)?.service ?? ''
}

function isOlder(tag: string, than: string | undefined): boolean {
  const [one, other] = [parseTag(tag), parseTag(than ?? '')]
  return one !== undefined && other !== undefined && compareVersions(one.version, other.version) < 0
}

/** The options to give to the command. */
export function optionsOf(step: Step): Record<string, string> {
  const { tag } = step
  switch (step.command) {
    case 'release': {
      const VERSION = parseTag(tag)?.version ?? ''
      return { SERVICE: serviceOf(tag), VERSION, COMMIT: step.commit, ALLOW_OLDER: '1' }
    }
    case 'promote':
      return { TAG: tag }
    case 'yank':
      return { TAG: tag, REASON: 'it is bad' }
    case 'pin':
      return { TAG: tag, ENV: step.env, ...(step.older ? { ALLOW_OLDER: '1' } : {}) }
  }
}

/** Prints a step for a report. */
export function printStep(step: Step): string {
  const words = Object.entries(optionsOf(step)).map(([name, value]) => `${name}=${value}`)
  return [step.command, ...words].join(' ')
}
