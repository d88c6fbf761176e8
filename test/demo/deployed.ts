import { type Applied, kindOfApplied } from '../../scripts/kinds/applied.ts'

/** The part of what `make deploy JSON=1` answers that the demo needs. */
export type Deployed = {
  readonly results: readonly { readonly result: string; readonly applied: Applied }[]
}

/** Where a service's traffic goes after a deploy, in short: `STAGING → version 2`. */
export function describeDeployed({ applied }: Deployed['results'][number]): string {
  return kindOfApplied(applied).show(applied)
}

/** A task definition's family and revision, without the rest of its ARN. */
export function shortTaskDefinition(arn: string): string {
  return arn.replace(/^.*\//, '')
}
