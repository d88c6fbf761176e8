import { type Applied, kindOfApplied } from '../../scripts/kinds/applied.ts'

/** What `make deploy` answers with `JSON=1`, as far as the demo needs it. */
export type Deployed = {
  readonly results: readonly { readonly result: string; readonly applied: Applied }[]
}

/** Where the traffic of a service goes since it was deployed, in short: `STAGING → version 2`. */
export function describeDeployed({ applied }: Deployed['results'][number]): string {
  return kindOfApplied(applied).show(applied)
}

/** A task definition's family and revision, without the rest of its ARN. */
export function shortTaskDefinition(arn: string): string {
  return arn.replace(/^.*\//, '')
}
