import { observeArtifacts } from './adapters/artifacts.ts'
import { describeRelease } from './adapters/describe-release.ts'
import { remoteRefs } from './adapters/git-remote.ts'
import { readRecord, writeRecord } from './adapters/records.ts'
import { verifyTags } from './adapters/verified-tag.ts'
import { openWorkspace, type Workspace } from './adapters/workspace.ts'
import { runCommand } from './cli/command.ts'
import { releaseTagList } from './cli/option-types.ts'
import type { Reporter } from './cli/reporter.ts'
import { printArtifactName } from './core/artifact-names.ts'
import { shortDigest } from './core/digest.ts'
import { joinErrors } from './core/join-errors.ts'
import { decidePromotion, type PromotionDecision } from './core/promotion.ts'
import type { Release } from './core/release.ts'
import { makeRecord } from './core/release-record.ts'
import { printTag } from './core/release-tag.ts'
import { UserError } from './core/user-error.ts'

await runCommand({
  name: 'promote',
  summary:
    "Gives a commit's artifact its release's name (same bytes, no rebuild) and writes the release record.",
  options: { TAG: releaseTagList.describe('The release, as in service-a-v1.1.0; several with commas') },
  async run({ TAG }, { report, dryRun, ...invocation }) {
    const workspace = await openWorkspace(invocation)
    const { git, environments } = workspace
    const verified = await verifyTags(git, environments, await remoteRefs(git), TAG)
    const releases = await Promise.all(verified.map(tag => describeRelease(git, tag)))
    const observed = await Promise.all(releases.map(one => observe(workspace, one)))
    const planned = observed.map(one => ({ ...one, decision: accepted(decidePromotion(one.release, one)) }))
    joinErrors(planned.flatMap(({ decision }) => (decision instanceof UserError ? [decision] : [])))
    const done = []
    for (const one of planned as Planned[]) {
      if (!dryRun) await act(workspace, one)
      tell(report, one, dryRun)
      done.push(resultOf(one, dryRun))
    }
    const next = releases.map(({ tag }) => `make pin ENV=… TAG=${printTag(tag)}`)
    if (!dryRun) report.line(`Next: ${next.join(', ')}`)
    return { releases: done }
  },
})

async function observe({ stores }: Workspace, one: Release) {
  const [record, artifacts] = await Promise.all([readRecord(stores, one.tag), observeArtifacts(stores, one)])
  return { release: one, record, ...artifacts }
}

type Accepted = Exclude<PromotionDecision, { step: 'refuse' }>
type Planned = Awaited<ReturnType<typeof observe>> & { decision: Accepted }

function accepted(decision: PromotionDecision): Accepted | UserError {
  return decision.step === 'refuse' ? new UserError(decision.problem, decision) : decision
}

async function act({ stores }: Workspace, { release: one, decision, promote }: Planned): Promise<void> {
  if (decision.step === 'already done') return
  if (decision.write !== 'record') await promote()
  if (decision.write !== 'artifact') await writeRecord(stores, makeRecord(one, decision.digest))
}

function tell(report: Reporter, { release: one, decision }: Planned, dryRun: boolean): void {
  const tag = printTag(one.tag)
  const names = `${printArtifactName(one.built)} → ${printArtifactName(one.released)}`
  if (decision.step === 'already done') {
    report.item(
      'passed',
      `${tag} is released already: ${printArtifactName(one.released)}, ${shortDigest(decision.digest)}`,
    )
  } else if (dryRun) {
    report.item(
      'left out',
      `${tag} would be released: ${names}, ${shortDigest(decision.digest)} (writes ${written(decision.write)})`,
    )
  } else {
    report.item('passed', `${tag} is released: ${names}, ${shortDigest(decision.digest)}`)
  }
}

function written(write: 'all' | 'record' | 'artifact'): string {
  return write === 'all' ? 'the name and the record' : write === 'record' ? 'the record' : 'the name'
}

function resultOf({ release: one, decision }: Planned, dryRun: boolean) {
  return {
    tag: printTag(one.tag),
    commit: one.commit,
    sourceCommit: one.sourceCommit,
    artifact: printArtifactName(one.released),
    digest: decision.digest,
    result: decision.step === 'already done' ? 'already done' : dryRun ? 'would be created' : 'created',
  }
}
