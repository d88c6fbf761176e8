import { expect, it } from 'vitest'
import { dnsSuffix, partition } from '../../../scripts/aws/partitions.ts'
import { registryHost } from '../../../scripts/aws/registry.ts'

it.each([
  ['eu-central-1', 'aws', 'amazonaws.com'],
  ['us-east-1', 'aws', 'amazonaws.com'],
  ['il-central-1', 'aws', 'amazonaws.com'],
  ['cn-northwest-1', 'aws-cn', 'amazonaws.com.cn'],
  ['us-gov-west-1', 'aws-us-gov', 'amazonaws.com'],
  ['eusc-de-east-1', 'aws-eusc', 'amazonaws.eu'],
  ['us-iso-east-1', 'aws-iso', 'c2s.ic.gov'],
  ['us-isob-east-1', 'aws-iso-b', 'sc2s.sgov.gov'],
  ['eu-isoe-west-1', 'aws-iso-e', 'cloud.adc-e.uk'],
  ['us-isof-south-1', 'aws-iso-f', 'csp.hci.ic.gov'],
])('%s is in the partition %s, below %s', (region, id, suffix) => {
  expect([partition(region), dnsSuffix(region)]).toEqual([id, suffix])
})

it.each([
  ['eu-central-1', '111111111111.dkr.ecr.eu-central-1.amazonaws.com'],
  ['cn-north-1', '111111111111.dkr.ecr.cn-north-1.amazonaws.com.cn'],
])('the registry of an account in %s is %s', (region, host) => {
  expect(registryHost({ account: '111111111111', region })).toBe(host)
})
