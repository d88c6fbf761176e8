// biome-ignore-all lint/performance/noBarrelFile: one file names these packages, so that moving to their successor (cdktn) is one line
export { App, S3Backend, TerraformOutput, TerraformStack } from 'cdktf'
export type { Construct } from 'constructs'
