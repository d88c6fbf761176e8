import { printArtifactName } from '../../artifacts/names.ts'
import { errorsOf, valuesOf } from '../../base/attempt.ts'
import { joinErrors } from '../../base/join-errors.ts'
import { type PromoteAnswer, promoteAnswer } from '../../cli/answers/promote.ts'
import { action } from '../../cli/command.ts'
import type { Reporter } from '../../cli/reporter.ts'
import { remoteRefs } from '../../git/io/remote.ts'
import { shortDigest } from '../../names/digest.ts'
import { printTag, type ReleaseTag } from '../../names/release-tag.ts'
import { openProject } from '../../project/io/project.ts'
import type { PromoteOptions } from '../../promote.ts'
import { type AcceptedPromotion, acceptAll, prepareAll, promoteAll } from '../../promotion/io/promote.ts'
import { describeReleases } from '../../release/io/describe.ts'
import { storedLists } from '../../release/io/listed-inputs.ts'
import { meantRelease } from '../../release/io/meant-release.ts'
import { releasedSources } from '../../release/io/released-sources.ts'
import { verifyTags } from '../../release/io/verified-tag.ts'

/** `make promote`. */
export const promote = action({
  answer: promoteAnswer,
  async run({ TAG }: PromoteOptions, { report, dryRun, ...invocation }) {
    const project = await openProject(invocation)
    const { git, stores } = project
    // Its client takes as long to load as git takes to answer. Who first calls it reports a fault.
    stores.s3().catch(() => undefined)
    const refs = await remoteRefs(git)
    const tags = await Promise.all(TAG.map(tag => meantRelease(project, refs, tag)))
    const verified = await verifyTags(project, refs, distinct(tags))
    const described = await describeReleases(git, verified, {
      stops: releasedSources(project, async () => refs.tags),
      listed: storedLists(project),
    })
    joinErrors(errorsOf(described))
    const releases = valuesOf(described)
    const promotions = acceptAll(await prepareAll(project, refs, releases))
    if (!dryRun) await promoteAll(project, promotions, report.progress)
    for (const one of promotions) tell(report, one, dryRun)
    const next = releases.length === 1 ? printTag(verified[0]?.tag as ReleaseTag) : '… for each'
    if (!dryRun) report.line(`Next: make pin ENV=… TAG=${next}`)
    return { releases: promotions.map(one => resultOf(one, dryRun)) }
  },
})

// `a-v1.1.0` and `service-a-v1.1.0` may both have been named.
function distinct(tags: readonly ReleaseTag[]): ReleaseTag[] {
  return [...new Map(tags.map(tag => [printTag(tag), tag])).values()]
}

function tell(report: Reporter, { release: one, decision }: AcceptedPromotion, dryRun: boolean): void {
  const tag = printTag(one.tag)
  const names = `${printArtifactName(one.built)} → ${printArtifactName(one.released)}`
  if (decision.step === 'already done') {
    report.item(
      'passed',
      `${tag} is already released: ${printArtifactName(one.released)}, ${shortDigest(decision.digest)}`,
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

function resultOf(
  { release: one, decision }: AcceptedPromotion,
  dryRun: boolean,
): PromoteAnswer['releases'][number] {
  return {
    tag: printTag(one.tag),
    commit: one.commit,
    sourceCommit: one.sourceCommit,
    artifact: printArtifactName(one.released),
    digest: decision.digest,
    result: decision.step === 'already done' ? 'already done' : dryRun ? 'would be created' : 'created',
  }
}
