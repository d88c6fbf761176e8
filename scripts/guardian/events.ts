import type { Target } from '../names/target.ts'

/** What the schedule of a rollout tells the guardian. */
export type DeadlineCall = { readonly deadline: Target & { readonly started: number } }
