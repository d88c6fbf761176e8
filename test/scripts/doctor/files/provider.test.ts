import { expect, it } from 'vitest'
import type { Environments } from '../../../../scripts/catalogue/environments.ts'
import { checkProvider } from '../../../../scripts/doctor/files/provider.ts'
import { environments } from '../../../cdktf/catalogue.ts'

const withProvider = (awsProvider?: string): { value: Environments } => ({
  value: environments(json =>
    Object.assign(json, awsProvider === undefined ? {} : { terraform: { awsProvider } }),
  ),
})
const lock = (version: string) =>
  `provider "registry.terraform.io/hashicorp/aws" {\n  version = "${version}"\n}\n`

it.each([
  [undefined, undefined, 'ok', '6.25.0, without a lock file for its hashes'],
  ['6.40.0', undefined, 'ok', '6.40.0, without a lock file for its hashes'],
  ['~> 6.40', lock('6.41.0'), 'ok', '6.41.0, from cdktf/.terraform.lock.hcl; ~> 6.40 is allowed'],
  ['~> 6.40', undefined, 'warning', 'the newest that ~> 6.40 allows, which can differ from run to run'],
  ['~> 6.40', '', 'warning', 'the newest that ~> 6.40 allows, which can differ from run to run'],
  ['~> 6.40', lock('6.25.0'), 'failed', 'cdktf/.terraform.lock.hcl has 6.25.0, and ~> 6.40 is allowed'],
  [undefined, lock('6.41.0'), 'failed', 'cdktf/.terraform.lock.hcl has 6.41.0, and 6.25.0 is allowed'],
])('with %j and the lock file %j the AWS provider is %s: %s', (awsProvider, text, state, detail) => {
  expect(checkProvider(withProvider(awsProvider), text)).toMatchObject({
    title: 'AWS provider',
    state,
    detail,
  })
})
