import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/*
 * Prints the role that a job takes, and its region, as the lines of GITHUB_OUTPUT. Without an environment it is one of
 * the artifact account: node .github/scripts/role.ts deploy staging
 * The names are those of scripts/access/roles.ts; a test compares them, since every job would wait for its import.
 */

type Place = { account: string; region: string }

const [purpose = '', environment = ''] = process.argv.slice(2)
const file = join(import.meta.dirname, '..', '..', 'cdktf', 'environments.json')
const { artifacts, environments } = JSON.parse(readFileSync(file, 'utf8')) as {
  artifacts: Place
  environments: Record<string, Place>
}
const purposes = environment === '' ? ['build', 'release', 'read'] : ['deploy', 'read']
const place =
  environment === ''
    ? artifacts
    : Object.hasOwn(environments, environment)
      ? environments[environment]
      : undefined
if (place === undefined || !purposes.includes(purpose))
  throw new Error(`there is no role ${JSON.stringify(purpose)} for ${JSON.stringify(environment)}`)
const name = ['waybill', purpose, environment].filter(Boolean).join('-')
process.stdout.write(`arn=arn:aws:iam::${place.account}:role/${name}\nregion=${place.region}\n`)
