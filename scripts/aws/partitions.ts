// Source: botocore's partitions.json, which every AWS SDK carries. Any other region is in `aws`.
const partitions = [
  { regions: /^cn-/, id: 'aws-cn', dnsSuffix: 'amazonaws.com.cn' },
  { regions: /^us-gov-/, id: 'aws-us-gov', dnsSuffix: 'amazonaws.com' },
  { regions: /^eusc-/, id: 'aws-eusc', dnsSuffix: 'amazonaws.eu' },
  { regions: /^us-iso-/, id: 'aws-iso', dnsSuffix: 'c2s.ic.gov' },
  { regions: /^us-isob-/, id: 'aws-iso-b', dnsSuffix: 'sc2s.sgov.gov' },
  { regions: /^eu-isoe-/, id: 'aws-iso-e', dnsSuffix: 'cloud.adc-e.uk' },
  { regions: /^us-isof-/, id: 'aws-iso-f', dnsSuffix: 'csp.hci.ic.gov' },
] as const

function partitionOf(region: string) {
  return partitions.find(({ regions }) => regions.test(region)) ?? { id: 'aws', dnsSuffix: 'amazonaws.com' }
}

/** The partition of a region, as it is written in ARNs. */
export function partition(region: string): string {
  return partitionOf(region).id
}

/** The domain under which a region's endpoints and registries are found. */
export function dnsSuffix(region: string): string {
  return partitionOf(region).dnsSuffix
}
