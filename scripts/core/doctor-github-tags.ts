import picomatch from 'picomatch'
import type { z } from 'zod'
import { type Attempt, type DoctorCheck, failed, judge, ok, warning } from './doctor.ts'
import type { rulesetShape } from './doctor-github-answers.ts'
import type { ServiceName } from './service-name.ts'

/** A ruleset on tags. */
export type RulesetSeen = z.output<typeof rulesetShape>

const title = 'release tag rules'
const remedy =
  'Add a ruleset on tags for *-v*, active, without bypass, that restricts updates and deletions, and another one that restricts creations to those who release (Settings, Rules, Rulesets).'

/** Checks that no release's tag can be moved or removed, and that not everybody who can push can release. */
export function checkTagRules(
  seen: Attempt<readonly RulesetSeen[]>,
  services: readonly ServiceName[],
): DoctorCheck {
  return judge(title, seen, rulesets => {
    const names = services.length === 0 ? ['service-a'] : services
    const tags = names.flatMap(name => [`${name}-v1.0.0`, `${name}-v2.0.0-rc.1`])
    const active = rulesets.filter(({ enforcement }) => enforcement === 'active')
    const open = (type: string) =>
      tags.find(tag => !active.some(ruleset => hasRule(ruleset, type) && covers(ruleset, tag)))
    const movable = open('update') ?? open('deletion')
    if (movable !== undefined) return failed(title, lacking(rulesets, movable), remedy)
    const binding = active.filter(one => hasRule(one, 'update') || hasRule(one, 'deletion'))
    const bypassed = binding.filter(({ bypass_actors }) => (bypass_actors ?? []).length > 0)
    if (bypassed.length > 0) return warning(title, bypasses(bypassed), remedy)
    if (open('creation') !== undefined)
      return warning(title, 'whoever can push can make a release tag', remedy)
    const unseen = binding.some(({ bypass_actors }) => bypass_actors === undefined || bypass_actors === null)
    return ok(
      title,
      `no release tag can be moved or removed${unseen ? '; who may bypass that, this token does not see' : ''}`,
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
    patterns.some(
      pattern =>
        pattern === '~ALL' ||
        picomatch.isMatch(`refs/tags/${tag}`, pattern, { nobrace: true, noextglob: true }),
    )
  return among(refs.include) && !among(refs.exclude)
}

function lacking(rulesets: readonly RulesetSeen[], tag: string): string {
  const idle = rulesets.filter(({ enforcement }) => enforcement !== 'active').map(({ name }) => name)
  const because = idle.length === 0 ? '' : ` (not in force: ${idle.join(', ')})`
  return `a release tag such as ${tag} can be moved or removed by whoever can push${because}`
}

function bypasses(rulesets: readonly RulesetSeen[]): string {
  const who = rulesets.flatMap(({ name, bypass_actors }) =>
    (bypass_actors ?? []).map(({ actor_type }) => `${actor_type} (${name})`),
  )
  return `a release tag can still be moved or removed by ${[...new Set(who)].join(', ')}`
}
