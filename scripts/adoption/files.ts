import { environmentsFile } from '../catalogue/sources.ts'
import { decisiveLines } from '../doctor/github/decisive.ts'
import type { InitAnswers } from './answers.ts'
import { adaptAction, adaptWorkflow, withNode } from './workflows.ts'

/** The name of Waybill's own files that are adapted, with their texts. */
export type Templates = ReadonlyMap<string, string>

/** A file that init writes: as a whole, or as lines of a file that others write, too. */
export type Wanted = {
  readonly path: string
  readonly text: string
  /** whole: upgrade merges it; yours: written once, then yours; lines: a part of the file. */
  readonly how: 'whole' | 'yours' | 'lines'
}

const actionFile = '.github/actions/prepare/action.yml'

/** Publishes Waybill itself. */
const publishing = '.github/workflows/publish.yml'

/** The paths of Waybill's own files that become files of the repository. */
export function isTemplate(path: string): boolean {
  if (path === publishing) return false
  return path === actionFile || /^\.github\/workflows\/[\w-]+\.yml$/.test(path)
}

/** What upgrade keeps up to date, whatever else init writes. */
export function keptFiles(templates: Templates, answers: InitAnswers): Wanted[] {
  return [...templates].map(([path, text]) => {
    if (path === actionFile)
      return {
        path: '.github/actions/waybill/action.yml',
        text: adaptAction(text, answers),
        how: 'whole' as const,
      }
    const adapted = adaptWorkflow(text, answers)
    return { path, text: path.endsWith('/check.yml') ? withNode(adapted) : adapted, how: 'whole' as const }
  })
}

/** The other files, where `owners`, `make` and `ignore` are the paths of those that may exist. */
export function ownFiles(
  answers: InitAnswers,
  { since, owners, make }: { since: string; owners: string; make: string },
): Wanted[] {
  return [
    { path: environmentsFile, text: environmentsJson(answers, since), how: 'yours' },
    { path: owners, text: codeOwners(answers), how: 'lines' },
    {
      path: '.gitignore',
      text: section('node_modules/\ncdktf.out/\n.terraform/\nservices/*/dist/'),
      how: 'lines',
    },
    { path: make, text: 'include node_modules/waybill/waybill.mk\n', how: 'lines' },
  ]
}

function environmentsJson(
  { account, region, environments, repository, branch }: InitAnswers,
  since: string,
): string {
  const entries = environments.map(({ name, account: own }, index) => {
    const rest = index === 0 ? { deploy: 'auto' } : { deploy: 'manual', preReleases: false }
    return [name, { account: own, region, ...rest }]
  })
  const document = {
    $schema: '../node_modules/waybill/docs/schemas/environments.schema.json',
    releaseBranches: [branch],
    since,
    artifacts: { account, region, bucket: `waybill-artifacts-${account}` },
    github: { repository },
    environments: Object.fromEntries(entries),
  }
  return `${JSON.stringify(document, null, 2)}\n`
}

function codeOwners({ owners, environments }: InitAnswers): string {
  const manual = environments.slice(1).map(({ name }) => `/cdktf/pins/${name}/`)
  // Whichever package manager installs Waybill, and what it wrote.
  const others = ['/pnpm-lock.yaml', '/yarn.lock', '/.waybill/']
  const lines = [...manual, ...Object.keys(decisiveLines), ...others]
  return section(lines.map(path => `${path} ${owners}`).join('\n'))
}

function section(lines: string): string {
  return `# waybill: what runs in production, and with which rights\n${lines}\n# waybill: end\n`
}
