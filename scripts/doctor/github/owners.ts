import type { z } from 'zod'
import { globMatcher } from '../../base/glob.ts'
import { count, firstFew } from '../../base/printable.ts'
import type { Environments } from '../../catalogue/environments.ts'
import type { ServiceName } from '../../names/service-name.ts'
import { pinPath } from '../../pin/pin.ts'
import { type DoctorCheck, fails, judge, type Look, passes } from '../check.ts'
import type { ownersErrorsShape } from './answers.ts'
import { type BranchSeen, branchRules } from './branch.ts'
import { decisiveLines } from './decisive.ts'

/** The CODEOWNERS file of the main branch, undefined if there is none, and the errors that GitHub finds in it. */
export type OwnersSeen = {
  readonly text: Look<string | undefined>
  readonly errors: Look<z.output<typeof ownersErrorsShape>['errors'] | undefined>
}

/** Where GitHub looks for the file, in this order (GitHub Docs, "About code owners"). */
export const ownersFiles = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'] as const

/** Checks that the files which decide what production runs have owners, whose approval is required. */
export function checkOwners(
  { text, errors }: OwnersSeen,
  branch: BranchSeen,
  environments: Environments,
): DoctorCheck[] {
  const manual = Object.entries(environments.environments).filter(([, { deploy }]) => deploy === 'manual')
  if (manual.length === 0) return []
  const pins = manual.map(([name]) => pinPath(name, 'service-a' as ServiceName))
  const paths = [...pins, ...Object.values(decisiveLines).flat()]
  return [
    judge('code owners', text, file => {
      const nobodys = paths.filter(path => ownersOf(file ?? '', path).length === 0)
      if (nobodys.length === 0)
        return passes('code owners', `exist for ${pins.join(', ')} and for all code that runs with rights`)
      const where = file === undefined ? `there is no ${ownersFiles[0]}` : 'it names no owners'
      return fails(
        'code owners',
        `${where}, so anybody can approve changes to ${nobodys.join(', ')}`,
        namingOwners(nobodys, pins),
      )
    }),
    judge('code owners file', errors, found => checkErrors(found ?? [])),
    judge('code owners approve', branchRules(branch, 'ownersReview'), ({ ownersReview }) =>
      ownersReview
        ? passes('code owners approve', 'what they own')
        : fails(
            'code owners approve',
            'their approval is not required',
            'Turn on "Require review from Code Owners" in the ruleset of the main branch.',
          ),
    ),
  ]
}

function namingOwners(nobodys: readonly string[], pins: readonly string[]): string {
  const lines = pins
    .filter(path => nobodys.includes(path))
    .map(path => `/${path.replace(/[^/]+$/, '')} @<owner>/<team>`)
  const rest = nobodys.some(path => !pins.includes(path))
  return [
    ...(rest ? [`Start ${ownersFiles[0]} with * @<owners>, and give every line below it owners.`] : []),
    ...(lines.length > 0 ? [`Add to ${ownersFiles[0]}: ${lines.join(', ')}`] : []),
  ].join(' ')
}

function checkErrors(errors: z.output<typeof ownersErrorsShape>['errors']): DoctorCheck {
  const title = 'code owners file'
  if (errors.length === 0) return passes(title, 'GitHub finds no errors in it')
  const listed = firstFew(errors.map(({ path, line, kind }) => `${path}:${line} ${kind}`))
  return fails(
    title,
    `GitHub ignores ${count(errors.length, 'line')} of it: ${listed}`,
    'Correct them: an owner must exist and have write access.',
  )
}

/** The owners of a path: the last matching line decides, even if it names nobody (GitHub Docs, "About code owners"). */
export function ownersOf(text: string, path: string): string[] {
  const lines = text
    .split('\n')
    .map(line => line.replace(/(^|\s)#.*$/, '').trim())
    .filter(line => line !== '')
  const last = lines.findLast(line => matchesPath(line.split(/\s+/)[0] ?? '', path))
  return last?.split(/\s+/).slice(1) ?? []
}

// As in .gitignore: a slash at the start or inside anchors a pattern to the root, and one at the end means a folder.
function matchesPath(pattern: string, path: string): boolean {
  const anchored = pattern.replace(/\/$/, '').includes('/')
  const base = `${anchored ? '' : '**/'}${pattern.replace(/^\//, '').replace(/\/$/, '')}`
  // `docs/*` matches the files in a folder, but not in folders below it.
  const below = pattern.endsWith('/')
    ? [`${base}/**`]
    : pattern.endsWith('/*')
      ? [base]
      : [base, `${base}/**`]
  return globMatcher(below)(path)
}
