import type { z } from 'zod'
import { globMatcher } from '../../base/glob.ts'
import type { ServiceName } from '../../names/service-name.ts'
import { type DoctorCheck, fails, judge, type Look, passes, warns } from '../check.ts'
import type { rulesetShape } from './answers.ts'

/** A ruleset on tags. */
export type RulesetSeen = z.output<typeof rulesetShape>

const title = 'release tag rules'
const remedy =
  'Add an active tag ruleset for *-v*, without bypass, that restricts updates and deletions, and another that restricts creations, with those who release in its bypass list (Settings, Rules, Rulesets).'

const withoutExceptions =
  'Empty "Exclude by pattern" in these rulesets, or add a ruleset without exclusions (Settings, Rules, Rulesets).'

/** Checks that release tags cannot be moved or deleted, and that not everybody who can push can release. */
export function checkTagRules(
  seen: Look<readonly RulesetSeen[]>,
  services: readonly ServiceName[],
): DoctorCheck {
  return judge(title, seen, rulesets => {
    const names = services.length === 0 ? ['service-a'] : services
    const tags = names.flatMap(name => [`${name}-v1.0.0`, `${name}-v2.0.0-rc.1`])
    const active = rulesets.filter(({ enforcement }) => enforcement === 'active')
    const open = (type: string, among = active) =>
      tags.find(tag => !among.some(ruleset => hasRule(ruleset, type) && covers(ruleset, tag)))
    const movable = open('update') ?? open('deletion')
    if (movable !== undefined) return fails(title, lacking(rulesets, movable), remedy)
    const binding = active.filter(one => hasRule(one, 'update') || hasRule(one, 'deletion'))
    const bypassed = binding.filter(({ bypass_actors }) => (bypass_actors ?? []).length > 0)
    if (bypassed.length > 0) return warns(title, bypasses(bypassed), remedy)
    // Trying some tags does not prove which tags a pattern excludes.
    const whole = active.filter(ruleset => excluded(ruleset).length === 0)
    const narrowed = ['update', 'deletion', 'creation'].filter(
      type => open(type) === undefined && open(type, whole) !== undefined,
    )
    if (narrowed.length > 0) return warns(title, exceptions(active, narrowed), withoutExceptions)
    if (open('creation') !== undefined)
      return warns(title, 'anybody who can push can create a release tag', remedy)
    const unseen = binding.some(({ bypass_actors }) => bypass_actors === undefined || bypass_actors === null)
    return passes(
      title,
      `no release tag can be moved or deleted${unseen ? '; this token cannot see who may bypass that' : ''}`,
    )
  })
}

function hasRule({ rules }: RulesetSeen, type: string): boolean {
  return rules.some(rule => rule.type === type)
}

// GitHub Docs, "Creating rulesets for a repository": fnmatch, where `*` does not match `/`.
function covers({ conditions }: RulesetSeen, tag: string): boolean {
  const refs = conditions?.ref_name
  if (refs === undefined) return false
  const among = (patterns: readonly string[]) =>
    patterns.includes('~ALL') || globMatcher(patterns)(`refs/tags/${tag}`)
  return among(refs.include) && !among(refs.exclude)
}

function excluded({ conditions }: RulesetSeen): readonly string[] {
  return conditions?.ref_name?.exclude ?? []
}

function exceptions(rulesets: readonly RulesetSeen[], types: readonly string[]): string {
  const named = rulesets
    .filter(one => types.some(type => hasRule(one, type)) && excluded(one).length > 0)
    .map(one => `${excluded(one).join(', ')} (${one.name})`)
  return `rulesets may exclude some release tags: ${named.join(', ')}`
}

function lacking(rulesets: readonly RulesetSeen[], tag: string): string {
  const idle = rulesets.filter(({ enforcement }) => enforcement !== 'active').map(({ name }) => name)
  const because = idle.length === 0 ? '' : ` (not active: ${idle.join(', ')})`
  return `anybody who can push can move or delete a release tag such as ${tag}${because}`
}

function bypasses(rulesets: readonly RulesetSeen[]): string {
  const who = rulesets.flatMap(({ name, bypass_actors }) =>
    (bypass_actors ?? []).map(({ actor_type }) => `${actor_type} (${name})`),
  )
  return `a release tag can still be moved or deleted by ${[...new Set(who)].join(', ')}`
}
