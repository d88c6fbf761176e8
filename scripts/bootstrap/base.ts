import { isServiceName } from '../names/service-name.ts'
import { accessStack, foundation } from '../stack/names.ts'
import type { Retired, SynthInput } from '../stack/synth-input.ts'
import type { PlanView } from '../terraform/plan-json.ts'

/** A stack that services depend on. */
export type Base = {
  readonly title: string
  readonly stack: { readonly stack: string; readonly stateKey: string }
  /** The environment whose account it is in; undefined for the artifact account. */
  readonly environment: string | undefined
  readonly synth: Pick<SynthInput, 'foundation' | 'retired' | 'access'>
}

/** The foundation, with the repositories of removed services that it keeps. */
export function foundationBase(retired: readonly Retired[]): Base {
  const synth = { foundation: true, retired }
  return { title: 'the foundation', stack: foundation, environment: undefined, synth }
}

/** The roles of an environment or, without one, of the artifact account. */
export function accessBase(environment: string | undefined): Base {
  const access = {
    artifacts: environment === undefined,
    environments: environment === undefined ? [] : [environment],
  }
  const title = `CI's access to ${environment ?? 'the artifacts'}`
  return { title, stack: accessStack(environment), environment, synth: { foundation: false, access } }
}

/** The command that makes what an environment or, without one, the artifact account needs. */
export function bootstrapCommand(environment: string | undefined): string {
  return environment === undefined ? 'make bootstrap' : `make bootstrap ENV=${environment}`
}

/** A repository that is kept, and its address in the foundation's stack. */
export type Kept = Retired & { readonly address: string }

/** The repositories that a plan would destroy because their service is gone, unless their destruction is allowed. */
export function retiredBy(view: PlanView, allowed: readonly string[]): Kept[] {
  return view.changes.flatMap(({ address, type, action, was: { name, service = '' } }) => {
    if (type !== 'aws_ecr_repository' || action !== 'destroy' || allowed.includes(address)) return []
    return name !== undefined && isServiceName(service) ? [{ address, service, repository: name }] : []
  })
}

/** Why a repository is kept, and how to destroy it. */
export function explainRetired({ service, repository, address }: Kept): string {
  return `${service} is gone; its repository ${repository} is kept because it holds releases. To destroy it: delete its images, then make bootstrap ALLOW_REPLACE=${address}`
}
