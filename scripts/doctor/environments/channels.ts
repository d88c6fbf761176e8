import { type DoctorCheck, fails, judge, type Look, passes } from '../check.ts'
import type { EnvironmentSeen } from './seen.ts'

/** Checks that the channels of an environment's notices are there, as far as AWS knows them. */
export function checkChannels({ name, environment, topic, webhook }: EnvironmentSeen): DoctorCheck[] {
  const { notices } = environment
  const check = (title: string, arn: string | undefined, found: Look<boolean> | undefined) =>
    found === undefined || arn === undefined
      ? []
      : [
          judge(title, found, exists =>
            exists
              ? passes(title, `${arn} exists`)
              : fails(
                  title,
                  `there is no ${arn}`,
                  `Create it, or correct notices of ${name} in cdktf/environments.json.`,
                ),
          ),
        ]
  return [
    ...check('topic of notices', notices?.topic, topic),
    ...check('webhook of notices', notices?.webhook, webhook),
  ]
}
