import { readFileSync } from 'node:fs'
import { findRoleName, roleNamesOf } from '../../scripts/access/role-names.ts'
import { iamArn } from '../../scripts/aws/arn.ts'

/*
 * Prints the role that a job takes, its region, and how long the job needs it, as the lines of GITHUB_OUTPUT. Without an
 * environment it is a role of the artifact account. A deploy of a service needs it for as long as its strategy takes. In
 * the root of the repository: node .github/scripts/role.ts deploy staging service-a
 */

type Place = { account: string; region: string }

const [purpose = '', environment = '', service = ''] = process.argv.slice(2)
const { prefix, artifacts, environments } = JSON.parse(readFileSync('cdktf/environments.json', 'utf8')) as {
  prefix?: string
  artifacts: Place
  environments: Record<string, Place>
}
const ofEnvironment = Object.hasOwn(environments, environment) ? environments[environment] : undefined
const place = environment === '' ? artifacts : ofEnvironment
const name = findRoleName(roleNamesOf({ prefix }), purpose, environment || undefined)
if (place === undefined || name === undefined)
  throw new Error(`there is no role ${JSON.stringify(purpose)} for ${JSON.stringify(environment)}`)
const minutes = service === '' ? 60 : await minutesFor(service)
process.stdout.write(
  `arn=${iamArn(place, `role/${name}`)}\nregion=${place.region}\nseconds=${60 * minutes}\n`,
)

/** How long the session of a job has to last that deploys a service, in minutes. */
async function minutesFor(service: string): Promise<number> {
  // Most jobs need none of this.
  const { attemptToReadServices, readEnvironments } = await import('../../scripts/catalogue/io/work-tree.ts')
  const { longestDeploy } = await import('../../scripts/catalogue/longest-deploy.ts')
  const { longestSession, sessionMinutes } = await import('../../scripts/strategy/session.ts')
  const [{ environments: all }, { services }] = await Promise.all([
    readEnvironments('.'),
    attemptToReadServices('.'),
  ])
  const here = Object.entries(all).filter(([one]) => one === environment)
  const deploys = [...services].filter(([one]) => one === service)
  const { minutes } = longestDeploy(deploys, Object.fromEntries(here)) ?? { minutes: 0 }
  if (minutes > longestSession)
    throw new Error(
      `A deploy of ${service} can take ${minutes} minutes, and no session lasts longer than ${longestSession}: shorten its strategy.`,
    )
  return sessionMinutes(minutes)
}
