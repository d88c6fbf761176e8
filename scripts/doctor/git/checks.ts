import { count, firstFew } from '../../base/printable.ts'
import { releaseBranchMatcher } from '../../catalogue/release-branches.ts'
import { parseTag } from '../../names/release-tag.ts'
import { blocked, type DoctorCheck, fails, judge, type Look, passes, warns } from '../check.ts'

/** The branches and tags of the remote. */
export type RefsSeen = {
  readonly branches: ReadonlyMap<string, unknown>
  readonly tags: ReadonlyMap<string, { readonly commit: unknown }>
}

/** What was seen of the clone and its remote; `remote` is left out if there is no clone. */
export type GitSeen = {
  readonly whole: Look<unknown>
  /** Whether its history is long, and git has no Bloom filters to search it with. */
  readonly isSlow?: boolean
  readonly remote?: { readonly refs: Look<RefsSeen>; readonly signs: Look<boolean> } | undefined
  readonly branches: Look<readonly string[]>
}

/** Checks the clone and its remote. */
export function checkGit({ whole, isSlow, remote, branches }: GitSeen): DoctorCheck[] {
  const clone = judge('clone', whole, () =>
    isSlow
      ? warns(
          'clone',
          'has a long history without Bloom filters, so source commits are found slowly',
          useFilters,
        )
      : passes('clone', 'has its whole history'),
  )
  const { refs, signs } = remote ?? { refs: blocked(clone), signs: blocked(clone) }
  const answers = checkRemote(refs)
  const known: Look<RefsSeen> = 'value' in refs ? refs : blocked(answers)
  return [
    clone,
    answers,
    judge('release branches', known, ({ branches: there }) =>
      judge('release branches', branches, patterns => checkBranches(patterns, [...there.keys()])),
    ),
    judge('release tags', known, ({ tags }) => checkTags(tags)),
    judge('signing', signs, yes =>
      passes('signing', yes ? 'git signs tags' : 'git signs no tags (tag.gpgSign is not set)'),
    ),
  ]
}

const useFilters =
  'git commit-graph write --reachable --changed-paths; git config fetch.writeCommitGraph true keeps them up to date.'

function checkRemote(refs: Look<RefsSeen>): DoctorCheck {
  const check = judge('remote', refs, () => passes('remote', 'origin answers'))
  // This check asks whether the remote answers, so no answer is a failure.
  return check.state === 'not checked' && !('behind' in refs) ? { ...check, state: 'failed' } : check
}

function checkBranches(patterns: readonly string[], there: readonly string[]): DoctorCheck {
  const title = 'release branches'
  const [main = ''] = patterns
  if (!there.includes(main)) {
    const remedy = `Push it (git push origin ${main}), or correct releaseBranches in cdktf/environments.json.`
    return fails(title, `origin has no branch ${main}, and pins are pushed to it`, remedy)
  }
  const absent = patterns.filter(pattern => !pattern.includes('*') && !there.includes(pattern))
  if (absent.length > 0) {
    const remedy = 'Push them, or remove them from releaseBranches in cdktf/environments.json.'
    return warns(title, `origin has no branch ${absent.join(', ')}`, remedy)
  }
  return passes(title, `on origin: ${there.filter(releaseBranchMatcher(patterns)).join(', ')}`)
}

function checkTags(tags: RefsSeen['tags']): DoctorCheck {
  const title = 'release tags'
  const releases = [...tags].filter(([name]) => parseTag(name) !== undefined)
  const light = releases.filter(([, { commit }]) => commit === undefined).map(([name]) => name)
  if (light.length === 0) return passes(title, `${count(releases.length, 'tag')} on origin, none lightweight`)
  return warns(
    title,
    `${count(light.length, 'lightweight tag')} on origin, without the name of who released: ${firstFew(light)}`,
    `Lightweight tags cannot be promoted: delete each (git push origin :refs/tags/${light[0]}) and release with make release.`,
  )
}
