import type { Place } from './arn.ts'
import { dnsSuffix } from './partitions.ts'

/** The host of an account's ECR registry in a region (Amazon ECR user guide, "Amazon ECR private registry"). */
export function registryHost({ account, region }: Place): string {
  return `${account}.dkr.ecr.${region}.${dnsSuffix(region)}`
}
