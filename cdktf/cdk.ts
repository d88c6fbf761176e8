// biome-ignore-all lint/performance/noBarrelFile: one file names these packages, so that moving to their successor (cdktn) is one line
// Has to come before the package that it keeps from loading archiver.
import './without-archiver.ts'

export {
  App,
  DefaultTokenResolver,
  S3Backend,
  StringConcat,
  TerraformOutput,
  TerraformResource,
  TerraformStack,
  Tokenization,
} from 'cdktf'
export type { Construct } from 'constructs'
