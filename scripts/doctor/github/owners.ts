import picomatch from 'picomatch'
import type { z } from 'zod'
import { count } from '../../base/printable.ts'
import type { Environments } from '../../catalogue/environments.ts'
import type { ServiceName } from '../../names/service-name.ts'
import { pinPath } from '../../pin/pin.ts'
import { type DoctorCheck, failed, judge, type Look, ok } from '../check.ts'
import type { ownersErrorsShape } from './answers.ts'
import { type BranchSeen, branchRules } from './branch.ts'

/** The CODEOWNERS of the main branch, undefined where there is none, and what GitHub finds wrong in it. */
export type OwnersSeen = {
  readonly text: Look<string | undefined>
  readonly errors: Look<z.output<typeof ownersErrorsShape>['errors'] | undefined>
}

/** Where GitHub looks for the file, in this order (GitHub Docs, "About code owners"). */
export const ownersFiles = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'] as const

// What decides over production or runs with its rights. GNU make prefers GNUmakefile and makefile to Makefile, and
// .npmrc can run code, so files that are not there need an owner, too.
const decisivePaths = [
  'cdktf/environments.json',
  '.github/workflows/deploy-run.yml',
  '.github/actions/x',
  'scripts/x',
  'Makefile',
  'GNUmakefile',
  'makefile',
  '.npmrc',
  'package.json',
  'package-lock.json',
]

/** Checks that what decides over production has owners, and that their approval is required. */
export function checkOwners(
  { text, errors }: OwnersSeen,
  branch: BranchSeen,
  environments: Environments,
): DoctorCheck[] {
  const manual = Object.entries(environments.environments).filter(([, { deploy }]) => deploy === 'manual')
  if (manual.length === 0) return []
  const pins = manual.map(([name]) => pinPath(name, 'service-a' as ServiceName))
  const paths = [...pins, ...decisivePaths]
  return [
    judge('code owners', text, file => {
      const nobodys = paths.filter(path => ownersOf(file ?? '', path).length === 0)
      if (nobodys.length === 0)
        return ok('code owners', `of ${pins.join(', ')} and of what runs with rights are named`)
      const where = file === undefined ? `there is no ${ownersFiles[0]}` : 'no owner is named'
      return failed(
        'code owners',
        `${where}, so anybody's approval will do for ${nobodys.join(', ')}`,
        namingOwners(nobodys, pins),
      )
    }),
    judge('code owners file', errors, found => checkErrors(found ?? [])),
    judge('code owners approve', branchRules(branch, 'ownersReview'), ({ ownersReview }) =>
      ownersReview
        ? ok('code owners approve', 'what they own')
        : failed(
            'code owners approve',
            'nothing asks for their approval',
            'Switch on "Require review from Code Owners" in the ruleset of the main branch.',
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
    ...(rest ? [`Begin ${ownersFiles[0]} with * @<owners>, and leave no line below it without owners.`] : []),
    ...(lines.length > 0 ? [`Add to ${ownersFiles[0]}: ${lines.join(', ')}`] : []),
  ].join(' ')
}

function checkErrors(errors: z.output<typeof ownersErrorsShape>['errors']): DoctorCheck {
  const title = 'code owners file'
  if (errors.length === 0) return ok(title, 'GitHub finds nothing wrong in it')
  const listed = errors.slice(0, 5).map(({ path, line, kind }) => `${path}:${line} ${kind}`)
  return failed(
    title,
    `GitHub passes over ${count(errors.length, 'line')} of it: ${listed.join(', ')}`,
    'Correct them: an owner has to exist, and to have write access.',
  )
}

/** Who owns a path: the last line that matches decides, also when it names nobody (GitHub Docs, "About code owners"). */
export function ownersOf(text: string, path: string): string[] {
  const lines = text
    .split('\n')
    .map(line => line.replace(/(^|\s)#.*$/, '').trim())
    .filter(line => line !== '')
  const last = lines.findLast(line => matchesPath(line.split(/\s+/)[0] ?? '', path))
  return last?.split(/\s+/).slice(1) ?? []
}

// As in .gitignore: a slash at the start or inside ties a pattern to the root, and one at the end means a folder.
function matchesPath(pattern: string, path: string): boolean {
  const tied = pattern.replace(/\/$/, '').includes('/')
  const base = `${tied ? '' : '**/'}${pattern.replace(/^\//, '').replace(/\/$/, '')}`
  const options = { nobrace: true, noextglob: true, nonegate: true, dot: true } as const
  // `docs/*` matches the files of a folder, and not those below it.
  const below = pattern.endsWith('/')
    ? [`${base}/**`]
    : pattern.endsWith('/*')
      ? [base]
      : [base, `${base}/**`]
  return picomatch.isMatch(path, below, options)
}
