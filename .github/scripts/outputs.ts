import { readFileSync } from 'node:fs'
import { registryHost } from '../../scripts/aws/registry.ts'
import type { BuildAnswer } from '../../scripts/cli/answers/build.ts'
import type { RollbackAnswer } from '../../scripts/cli/answers/ledger/rollback.ts'
import type { PinAnswer } from '../../scripts/cli/answers/pin.ts'
import type { PlanAnswer } from '../../scripts/cli/answers/plan.ts'
import type { PromoteAnswer } from '../../scripts/cli/answers/promote.ts'
import type { ReconcileAnswer } from '../../scripts/cli/answers/reconcile.ts'

/*
 * Reads a command's JSON answer and prints the outputs that the next jobs need, as GITHUB_OUTPUT lines:
 * node .github/scripts/outputs.ts <name of the answer> <file>, in the root of the repository
 */

type Environments = {
  artifacts: { account: string; region: string }
  environments: Record<string, { deploy?: string; preReleases?: boolean }>
}

type Outputs = Record<string, string>

const outputsOf: Record<string, (answer: never) => Outputs | Promise<Outputs>> = {
  /** The services whose source commit has no artifact yet, also where another cannot be built. */
  missing: ({ builds = [] }: Partial<BuildAnswer>) => ({
    services: JSON.stringify(builds.flatMap(({ service, result }) => (isMissing(result) ? [service] : []))),
  }),
  /** The subject to attest for the one service that was built, even if an earlier attempt stored it. */
  async built({ builds }: BuildAnswer) {
    const { type, artifact, digest = '' } = only(builds)
    const { artifactTypes } = await import('../../scripts/artifacts/types.ts')
    const isInEcr = artifactTypes[type].repositoryOf !== undefined
    return { subject: isInEcr ? inRegistry(artifact) : artifact, digest, image: String(isInEcr) }
  },
  /** The parsed release, and the environments that deploy it automatically. */
  async promoted({ releases }: PromoteAnswer) {
    const release = only(releases)
    const { parseTag } = await import('../../scripts/names/release-tag.ts')
    const { isPreRelease } = await import('../../scripts/names/version-order.ts')
    const parsed = parseTag(release.tag)
    if (parsed === undefined) throw new Error('the answer names no release')
    const { service, version } = parsed
    return { tag: release.tag, service, environments: JSON.stringify(following(isPreRelease(version))) }
  },
  /** Whether the pin is on the release branch, or waits on a branch of its own. */
  pinned: ({ pins, proposal }: PinAnswer) => {
    const { service, pin } = only(pins)
    return { service, tag: pin.tag, pinned: String(proposal === undefined), branch: proposal?.branch ?? '' }
  },
  /** The release that traffic went back to, and the branch where its pin waits to be merged. */
  back: ({ to, proposal }: RollbackAnswer) => ({ tag: to.tag ?? '', branch: proposal?.branch ?? '' }),
  /** The saved plan, whether there is anything to do, and whether a person has to approve it. */
  planned: (plan: PlanAnswer) => ({
    file: plan.file ?? '',
    sha256: plan.sha256 ?? '',
    service: plan.plans[0]?.service ?? '',
    // A held service is skipped: its deploy would only be refused.
    needed: String(!isAsPinned(withoutHeld(plan))),
    // Only an answer that says otherwise goes on without a person.
    approval: String(plan.isManual !== false),
  }),
  /** Whether an environment differs from its pins, or still has stacks of removed services. */
  drift: (plan: PlanAnswer) => ({
    drift: String(!isAsPinned(arrived(withoutHeld(plan))) || (plan.orphans ?? []).length > 0),
  }),
  /** Whether a ledger lacks something that happened. Writing it takes a person: it holds the service. */
  unrecorded: ({ findings }: ReconcileAnswer) => ({ unrecorded: String(findings.length > 0) }),
  /** The tags without a release that can be released now, oldest version first, and all environments. */
  async missed({ findings = [] }: Partial<ReconcileAnswer>) {
    const { parseTag, printTag } = await import('../../scripts/names/release-tag.ts')
    const { compareVersions } = await import('../../scripts/names/version-order.ts')
    const tags = findings.flatMap(({ subject, fixable }) => (fixable ? (parseTag(subject) ?? []) : []))
    tags.sort((a, b) => compareVersions(a.version, b.version))
    return {
      tags: JSON.stringify(tags.map(printTag)),
      environments: JSON.stringify(Object.keys(environments().environments)),
    }
  },
}

function only<Item>(items: readonly Item[]): Item {
  const [first, ...others] = items
  if (first === undefined || others.length > 0)
    throw new Error(`the answer has ${items.length} items, not one`)
  return first
}

function isMissing(result: string): boolean {
  return result === 'would be created'
}

/** What a plan says about the services that may be deployed. */
function withoutHeld({ plans, pointers = [], holds = [], ...plan }: PlanAnswer): PlanAnswer {
  const isFree = ({ service }: { service: string }) => !holds.some(hold => hold.service === service)
  return { ...plan, holds, plans: plans.filter(isFree), pointers: pointers.filter(isFree) }
}

/** The same, with rollouts in a phase taken for ended ones: what an interrupted one needs is another deploy. */
function arrived({ pointers = [], ...plan }: PlanAnswer): PlanAnswer {
  return { ...plan, pointers: pointers.map(one => ({ ...one, isApplied: one.isApplied || one.isOnItsWay })) }
}

function isAsPinned({ plans, pointers = [] }: PlanAnswer): boolean {
  return (
    plans.every(({ isEmpty }) => isEmpty) &&
    pointers.length === plans.length &&
    pointers.every(({ isApplied, foreign }) => isApplied && foreign.length === 0)
  )
}

/** The repository of an image as the registry's clients name it. */
function inRegistry(artifact: string): string {
  return `${registryHost(environments().artifacts)}/${artifact.replace(/:[^:]*$/, '')}`
}

/** The environments that a release is deployed to automatically. */
function following(isPreRelease: boolean): string[] {
  return Object.entries(environments().environments).flatMap(([name, { deploy, preReleases = true }]) =>
    deploy === 'auto' && (preReleases || !isPreRelease) ? [name] : [],
  )
}

function environments(): Environments {
  return JSON.parse(readFileSync('cdktf/environments.json', 'utf8'))
}

const [name = '', file = ''] = process.argv.slice(2)
const read = Object.hasOwn(outputsOf, name) ? outputsOf[name] : undefined
if (read === undefined) throw new Error(`unknown answer: ${name}`)
const outputs = await read(JSON.parse(readFileSync(file, 'utf8')) as never)
for (const [output, value] of Object.entries(outputs)) {
  // A line break would start another output.
  if (/[\r\n]/.test(value)) throw new Error(`${output} has a line break in it`)
  process.stdout.write(`${output}=${value}\n`)
}
