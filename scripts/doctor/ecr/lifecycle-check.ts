import { imagesPerRepository } from '../../aws/quotas.ts'
import { count } from '../../base/printable.ts'
import { UserError } from '../../base/user-error.ts'
import { parseTag } from '../../names/release-tag.ts'
import type { ServiceName } from '../../names/service-name.ts'
import { type DoctorCheck, failed, ok } from '../check.ts'
import { doctorErrors } from '../errors.ts'
import { evaluateLifecycle, type LifecycleImage } from './lifecycle.ts'
import { type EcrLifecycleRule, parseEcrLifecycle } from './lifecycle-policy.ts'
import { type LifecycleRisk, releasesAtRisk } from './lifecycle-risk.ts'

/** A repository's lifecycle rules, and the first one that could take a release away. */
export type LifecycleSeen = {
  readonly rules: readonly EcrLifecycleRule[]
  readonly risk?: LifecycleRisk | undefined
  /** Looked at only when there is a risk. */
  readonly images?: readonly LifecycleImage[] | undefined
}

/** Reads a repository's lifecycle policy and finds the first risk for a release of one of its services. */
export function judgeLifecycle(
  text: string | undefined,
  name: string,
  services: readonly ServiceName[],
): LifecycleSeen {
  if (text === undefined) return { rules: [] }
  try {
    const rules = parseEcrLifecycle(text, { name: `the lifecycle policy of ${name}`, remedy: '' })
    const risks = services.map(service => releasesAtRisk(rules, service))
    return { rules, risk: risks.find(risk => risk !== undefined) }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    throw new UserError(doctorErrors['doctor-lifecycle'], 'cannot be judged, so it may take a release away', {
      cause: [error.message, error.cause].filter(Boolean).join('\n'),
      remedy:
        error.remedy || 'Write it with what the ECR user guide documents (Lifecycle policy properties).',
    })
  }
}

/** Checks that no rule could take a release away; `now` is in ms since 1970. */
export function checkEcrLifecycle(
  title: string,
  { rules, risk, images }: LifecycleSeen,
  now: number,
): DoctorCheck {
  if (risk === undefined) {
    const number = rules.length === 0 ? 'no rule' : count(rules.length, 'rule')
    return ok(title, `${number}${rules.length === 0 ? '' : ', none of which can take a release away'}`)
  }
  const [does, did] = risk.rule.action === 'expire' ? ['expires', 'expired'] : ['archives', 'archived']
  const affected = [...evaluateLifecycle(rules, images ?? [], now).keys()].flatMap(({ tags }) =>
    tags.filter(tag => parseTag(tag) !== undefined),
  )
  const shown = `${affected.slice(0, 5).join(', ')}${affected.length > 5 ? ', …' : ''}`
  const today =
    images === undefined
      ? ''
      : affected.length === 0
        ? '; none would be now'
        : `; ${did} at the next run: ${shown}`
  const keep = `{"rulePriority": 1, "selection": {"tagStatus": "tagged", "tagPatternList": ["*-v*"], "countType": "imageCountMoreThan", "countNumber": ${imagesPerRepository}}, "action": {"type": "expire"}}`
  return failed(
    title,
    `rule ${risk.rule.priority} ${does} released images: ${printRule(risk.rule)} selects one with the tags ${risk.tags.join(' and ')}${today}`,
    `Put a rule in front of it that keeps all releases (aws ecr put-lifecycle-policy), since the first rule that selects an image decides: ${keep}`,
  )
}

function printRule({ selects, countType, countNumber }: EcrLifecycleRule): string {
  const what = typeof selects === 'string' ? selects : `all of ${selects.join(', ')}`
  return `${what}, ${countType} ${countNumber}${countType === 'imageCountMoreThan' ? '' : ' days'},`
}
