import { imagesPerRepository } from '../../aws/quotas.ts'
import { attempt } from '../../base/attempt.ts'
import { count, firstFew } from '../../base/printable.ts'
import { parseTag } from '../../names/release-tag.ts'
import type { ServiceName } from '../../names/service-name.ts'
import { type DoctorCheck, fails, passes } from '../check.ts'
import { unjudged } from '../unjudged.ts'
import { evaluateLifecycle, type LifecycleImage } from './lifecycle.ts'
import { type EcrLifecycleRule, parseEcrLifecycle } from './lifecycle-policy.ts'
import { type LifecycleRisk, releasesAtRisk } from './lifecycle-risk.ts'

/** A repository's lifecycle rules, and the first one that could delete a release. */
export type LifecycleSeen = {
  readonly rules: readonly EcrLifecycleRule[]
  readonly risk?: LifecycleRisk | undefined
  /** Read only if there is a risk. */
  readonly images?: readonly LifecycleImage[] | undefined
}

/** Parses a repository's lifecycle policy and finds the first risk for the releases of its services. */
export function judgeLifecycle(
  text: string | undefined,
  name: string,
  services: readonly ServiceName[],
): LifecycleSeen {
  if (text === undefined) return { rules: [] }
  const seen = attempt(() => {
    const rules = parseEcrLifecycle(text, { name: `the lifecycle policy of ${name}`, remedy: '' })
    const risks = services.map(service => releasesAtRisk(rules, service))
    return { rules, risk: risks.find(risk => risk !== undefined) }
  })
  if ('value' in seen) return seen.value
  throw unjudged(
    seen.error,
    'Use only what the Amazon ECR user guide documents, "Lifecycle policy properties".',
  )
}

/** Checks that no rule could delete a release; `now` is in ms since 1970. */
export function checkEcrLifecycle(
  title: string,
  { rules, risk, images }: LifecycleSeen,
  now: number,
): DoctorCheck {
  if (risk === undefined) {
    if (rules.length === 0) return passes(title, 'no rule')
    return passes(title, `${count(rules.length, 'rule')}, none of which can delete a release`)
  }
  const { rule, tags } = risk
  const [does, done] = rule.action === 'expire' ? ['expires', 'expired'] : ['archives', 'archived']
  const keep = `{"rulePriority": 1, "selection": {"tagStatus": "tagged", "tagPatternList": ["*-v*"], "countType": "imageCountMoreThan", "countNumber": ${imagesPerRepository}}, "action": {"type": "expire"}}`
  return fails(
    title,
    `rule ${rule.priority} ${does} released images: ${printRule(rule)} selects one with the tags ${tags.join(' and ')}${printAffected(rules, images, now, done)}`,
    `Put a rule that keeps all releases before it (aws ecr put-lifecycle-policy): the first rule that selects an image decides. ${keep}`,
  )
}

function printAffected(
  rules: readonly EcrLifecycleRule[],
  images: readonly LifecycleImage[] | undefined,
  now: number,
  done: string,
): string {
  if (images === undefined) return ''
  const affected = [...evaluateLifecycle(rules, images, now).keys()].flatMap(({ tags }) =>
    tags.filter(tag => parseTag(tag) !== undefined),
  )
  return affected.length === 0 ? '; none is due now' : `; ${done} at the next run: ${firstFew(affected)}`
}

function printRule({ selects, countType, countNumber }: EcrLifecycleRule): string {
  const what = typeof selects === 'string' ? selects : `all of ${selects.join(', ')}`
  return `${what}, ${countType} ${countNumber}${countType === 'imageCountMoreThan' ? '' : ' days'},`
}
