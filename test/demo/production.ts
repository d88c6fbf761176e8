import type { Reporter } from '../../scripts/cli/reporter.ts'
import { artifactProfile } from './accounts.ts'
import { type Deployed, describeDeployed } from './deployed.ts'
import type { Scene } from './scene.ts'
import { commandLine, type Options, waybill } from './waybill.ts'

/** What a person brings to production, and whether the demo shows what that person sees of the plan. */
export type ToProduction = {
  readonly service: string
  readonly tag: string
  readonly showPlan: boolean
}

type Plan = { readonly plans: readonly { readonly summary: string }[]; readonly sha256: string }

/** Brings a release to production as a person does: pins it, looks at the plan, and applies exactly that plan. */
export async function bringToProduction(
  { workspace, envOf, production, step, report }: Scene,
  { service, tag, showPlan }: ToProduction,
): Promise<void> {
  const place = { ENV: production, SERVICE: service }
  const plan = `../${service}.plan`
  const run = async <T>(profile: string, command: string, options: Options, outcome: (value: T) => string) =>
    await step(
      commandLine(command, options),
      () => waybill<T>(workspace, { clone: workspace.clone, env: envOf(profile) }, command, options),
      ({ document }) => outcome(document),
    )
  await run(artifactProfile, 'pin', { ENV: production, TAG: tag }, () => 'pushed to the release branch')
  const { document, messages } = await run<Plan>(production, 'plan', { ...place, OUT: plan }, ({ plans }) =>
    plans.map(({ summary }) => summary).join(', '),
  )
  if (showPlan) printPlan(report, messages)
  const approved = { ...place, PLAN: plan, PLAN_SHA256: document.sha256 }
  await run<Deployed>(production, 'deploy', approved, ({ results }) =>
    results.map(describeDeployed).join(', '),
  )
}

const indent = '    '
const width = 110 - indent.length

/** The plan as a person reads it: what the command has said, without its last line, which says where it is saved. */
function printPlan(report: Reporter, messages: string): void {
  report.line()
  for (const line of messages.trimEnd().split('\n').slice(0, -1)) {
    const characters = Array.from(line)
    const shown = characters.length > width ? `${characters.slice(0, width - 1).join('')}…` : line
    const colour = colours.find(([pattern]) => pattern.test(line))?.[1]
    report.line(indent + (colour === undefined ? shown : report.paint(colour, shown)))
  }
  report.line()
}

// Those of the command itself, which has no terminal here.
const colours = [
  [/^\S/, 'bold'],
  [/^ {2}\+/, 'green'],
  [/^ {2}~/, 'yellow'],
  [/^ {2}[±-]/, 'red'],
] as const
