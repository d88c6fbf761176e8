import { expect, it } from 'vitest'
import {
  allowsProvider,
  isForBindings,
  isOneVersion,
  lockedProvider,
  providerVersions,
} from '../../../scripts/catalogue/aws-provider.ts'

it.each([
  ['6.25.0', '6.25.0', '6.25.1'],
  ['= 6.40.2', '6.40.2', '6.40.3'],
  ['~> 6.40', '6.40.0', '7.0.0'],
  ['~> 6.40.1', '6.40.1', '6.41.0'],
  ['>= 6.30, < 7.0', '6.30.0', '7.0.0'],
  ['>= 6.30.0, < 6.50.0, ~> 6.31', '6.31.0', '6.50.0'],
])('%s is the versions from %s and below %s', (constraint, least, below) => {
  expect(providerVersions(constraint)).toEqual({ least, below })
  expect(isForBindings(constraint)).toBe(true)
  expect(allowsProvider(constraint, least)).toBe(true)
  expect(allowsProvider(constraint, below)).toBe(false)
})

it.each([
  '6.24.0',
  '~> 6.0',
  '~> 5.99',
  '>= 6.25.0',
  '>= 6.25, < 7.0.1',
  '< 7',
  '7.0.0',
  '~> 7.1',
  '>= 6.40, < 6.30',
  'latest',
  '6.x',
  '',
  '6.40.0-beta1',
  '~> 6.40, x',
])('%j could be a version that the typed resources are not for', constraint => {
  expect(isForBindings(constraint)).toBe(false)
})

it('tells one version from a range', () => {
  expect(['6.40.0', '= 6.40.0'].map(isOneVersion)).toEqual([true, true])
  expect(['~> 6.40.0', '>= 6.40, < 7.0', '6.40'].map(isOneVersion)).toEqual([false, false, false])
})

const lock = `# This file is maintained automatically by "terraform init".
provider "registry.terraform.io/hashicorp/random" {
  version = "3.7.2"
}

provider "registry.terraform.io/hashicorp/aws" {
  version     = "6.41.0"
  constraints = "~> 6.40"
}
`

it('reads the version of the AWS provider from a lock file', () => {
  expect(lockedProvider(lock)).toBe('6.41.0')
  expect(lockedProvider(lock.replace('hashicorp/aws', 'hashicorp/awscc'))).toBeUndefined()
})
