import { readFileSync } from 'node:fs'
import { findRoleName, roleNamesOf } from '../../scripts/access/role-names.ts'
import { iamArn } from '../../scripts/aws/arn.ts'

/*
 * Prints the role that a job takes, and its region, as the lines of GITHUB_OUTPUT. Without an environment it is one of
 * the artifact account. In the root of the repository: node .github/scripts/role.ts deploy staging
 */

type Place = { account: string; region: string }

const [purpose = '', environment = ''] = process.argv.slice(2)
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
process.stdout.write(`arn=${iamArn(place, `role/${name}`)}\nregion=${place.region}\n`)
