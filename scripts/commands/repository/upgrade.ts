import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { deletion } from '../../adoption/copied.ts'
import { withEndsOf } from '../../adoption/decide.ts'
import { adoptionErrors } from '../../adoption/errors.ts'
import { keptFiles } from '../../adoption/files.ts'
import { mergeFile } from '../../adoption/io/merge-file.ts'
import { findCopy, ownChangelog, ownVersion, readTemplates } from '../../adoption/io/observe.ts'
import { requireCommitted } from '../../adoption/io/require-committed.ts'
import { writeOwn } from '../../adoption/io/write.ts'
import { changesBetween, decideUpgrade } from '../../adoption/upgrade.ts'
import { parseWritten, printWritten, type Written, writtenFile } from '../../adoption/written.ts'
import { readTextFileIfAny } from '../../base/io/read-file.ts'
import { UserError } from '../../base/user-error.ts'
import { readEnvironments, readServices } from '../../catalogue/io/work-tree.ts'
import { type UpgradeAnswer, upgradeAnswer } from '../../cli/answers/adoption/upgrade.ts'
import { action } from '../../cli/command.ts'
import { type Git, openGit } from '../../git/io/git.ts'
import type { Version } from '../../names/version.ts'
import { compareVersions } from '../../names/version-order.ts'

/** `npx waybill upgrade`. */
export const upgrade = action({
  answer: upgradeAnswer,
  async run(_, { report, dryRun, folder, environment, aws }) {
    const git = await openGit(folder, environment, { timeoutMs: aws.timeoutMs })
    const [written, version] = [await requireWritten(git), await ownVersion()]
    if (compareVersions(written.version as Version, version as Version) > 0)
      throw new UserError(
        adoptionErrors['upgrade-newer'],
        `the files are Waybill ${written.version}'s, and ${version} is installed`,
        { remedy: `npm install --save-exact waybill@${written.version}` },
      )
    const next = new Map(
      keptFiles(await readTemplates(), written.answers).map(({ path, text }) => [path, text]),
    )
    const paths = [...new Set([...written.files.keys(), ...next.keys()])].toSorted()
    const done: Upgraded[] = []
    for (const path of paths) done.push(await upgradeFile(git, path, { written, next, version }))
    const changed = done.filter(({ result }) => !['already done', 'created', 'left'].includes(result))
    await requireCommitted(
      git,
      changed.map(({ path }) => path),
    )
    // What is left is somebody else's file of that name: it must not be taken for Waybill's the next time.
    const own = new Map(
      [...next].filter(([path]) => !done.some(one => one.path === path && one.result === 'left')),
    )
    if (!dryRun) await write(git, done, { ...written, version, files: own })
    for (const { path, result } of done)
      if (result !== 'already done')
        report.item(result === 'conflict' ? 'failed' : 'passed', `${path}: ${result}`)
    const changes = changesBetween(await ownChangelog(), written.version, version)
    report.line(changes === '' ? `Nothing is new: this is ${version}.` : `\n${changes}\n`)
    const files = done.map(({ path, result }) => ({ path, result }))
    const answer = { from: written.version, to: version, files, changes }
    requireMerged(answer)
    // A configuration of an older version says what to write.
    await readEnvironments(git.root)
    await readServices(git.root)
    return answer
  },
})

type Upgraded = UpgradeAnswer['files'][number] & { readonly text?: string }

async function requireWritten(git: Git): Promise<Written> {
  const text = await readTextFileIfAny(join(git.root, writtenFile))
  if (text !== undefined) return parseWritten(text)
  const { copies, tracked } = await findCopy(git)
  if (copies.length === 0)
    throw new UserError(adoptionErrors['upgrade-no-init'], `there is no ${writtenFile}`)
  throw new UserError(
    adoptionErrors['init-copied'],
    `${copies.length} files of this repository are a copy of Waybill's, which a package replaces`,
    {
      remedy: `${deletion(copies, tracked)}\nThen remove its lines from the Makefile, and run npx waybill init.`,
    },
  )
}

async function upgradeFile(
  git: Git,
  path: string,
  { written, next, version }: { written: Written; next: ReadonlyMap<string, string>; version: string },
): Promise<Upgraded> {
  const present = await readTextFileIfAny(join(git.root, path))
  const text = next.get(path)
  const step = decideUpgrade(written.files.get(path), present, text)
  if (step.action === 'merge') {
    const merged = await mergeFile(git, { ...step, versions: [written.version, version] })
    return { path, result: merged.hasConflict ? 'conflict' : 'merged', text: merged.text }
  }
  const results = {
    nothing: 'already done',
    create: 'created',
    replace: 'replaced',
    remove: 'removed',
    left: 'left',
  } as const
  const isWritten = step.action === 'create' || step.action === 'replace'
  const ended = text === undefined ? undefined : withEndsOf(present, text)
  return { path, result: results[step.action], ...(isWritten && ended !== undefined ? { text: ended } : {}) }
}

async function write(git: Git, done: readonly Upgraded[], written: Written): Promise<void> {
  for (const { path, result, text } of done) {
    if (text !== undefined) await writeOwn(git.root, path, text)
    if (result === 'removed') await rm(join(git.root, path), { force: true })
  }
  await writeOwn(git.root, writtenFile, printWritten(written))
}

function requireMerged(answer: UpgradeAnswer): void {
  const conflicts = answer.files.filter(({ result }) => result === 'conflict').map(({ path }) => path)
  if (conflicts.length === 0) return
  throw new UserError(
    adoptionErrors['upgrade-conflict'],
    `changed here and in Waybill: ${conflicts.join(', ')}`,
    {
      details: answer,
    },
  )
}
