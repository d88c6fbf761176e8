import { z } from 'zod'
import { parseJson } from '../../base/parse-json.ts'
import { quote } from '../../base/printable.ts'
import { UserError } from '../../base/user-error.ts'
import { inputsMatcher, serviceFile } from '../../catalogue/inputs.ts'
import { parseServiceConfig } from '../../catalogue/service-config.ts'
import { environmentsFile, serviceJsonSource } from '../../catalogue/sources.ts'
import { readAt } from '../../git/io/files.ts'
import { commitsBetween, isAncestor } from '../../git/io/history.ts'
import { fetchMissing, type RemoteRefs } from '../../git/io/remote.ts'
import type { CommitSha } from '../../names/commit.ts'
import { parseTag } from '../../names/release-tag.ts'
import type { Target } from '../../names/target.ts'
import { compareVersions } from '../../names/version-order.ts'
import type { Project } from '../../project/io/project.ts'
import { incidentErrors } from '../errors.ts'
import type { Change, SettingChange } from '../incident.ts'
import { settingChanges } from '../settings-changes.ts'

/** The commits that one release has and another lacks, and that changed the service's inputs; newest first. */
export async function commitsOfService(
  { git }: Project,
  refs: RemoteRefs,
  { service }: Target,
  { from, to }: { readonly from: string | undefined; readonly to: string },
): Promise<Change[]> {
  const commit = await fetched(git, refs, to)
  const before = from === undefined ? undefined : await fetched(git, refs, from)
  const text = await readAt(git, commit, serviceFile(service))
  const config = text === undefined ? undefined : parseServiceConfig(text, serviceJsonSource(service))
  const isInput = config === undefined ? () => true : inputsMatcher(service, config)
  const between = await commitsBetween(git, before, commit)
  return between
    .filter(({ paths }) => paths.some(isInput))
    .map(({ commit: one, subject }) => ({ commit: one, subject }))
}

/** The commit of a release's tag on the remote, with its history in the clone. */
async function fetched(git: Project['git'], refs: RemoteRefs, tag: string): Promise<CommitSha> {
  const found = refs.tags.get(tag)
  if (found?.commit === undefined) throw missingTag(tag)
  await fetchMissing(git, new Map([[`refs/tags/${tag}`, found.object]]))
  return found.commit
}

function missingTag(tag: string): UserError {
  return new UserError(incidentErrors['incident-none'], `the remote has no tag ${quote(tag)}`)
}

const anyJson = z.looseObject({})
const environmentsJson = z.looseObject({ environments: z.record(z.string(), z.unknown()).default({}) })

/** How the settings of a service differ between two commits of the release branch: its own, and its surroundings. */
export async function settingsBetween(
  { git }: Project,
  { service, environment }: Target,
  { from, to }: { readonly from: CommitSha; readonly to: CommitSha },
): Promise<SettingChange[]> {
  const own = async (commit: CommitSha) => {
    const text = await readAt(git, commit, serviceFile(service))
    return text === undefined ? undefined : parseJson(text, anyJson, serviceJsonSource(service))
  }
  const around = async (commit: CommitSha) => {
    const text = await readAt(git, commit, environmentsFile)
    const source = { name: environmentsFile, remedy: '' }
    return text === undefined
      ? undefined
      : parseJson(text, environmentsJson, source).environments[environment]
  }
  return [
    ...settingChanges(await own(from), await own(to)),
    ...settingChanges(await around(from), await around(to), environment),
  ]
}

/** The releases of a service on the remote whose commit contains that of another release, the lowest version first. */
export async function releasesWith(
  { git }: Project,
  refs: RemoteRefs,
  { service }: Target,
  bad: string,
): Promise<string[]> {
  const commit = await fetched(git, refs, bad)
  const own = [...refs.tags].flatMap(([name, ref]) => {
    const tag = parseTag(name)
    return tag?.service === service && ref.commit !== undefined
      ? [{ name, tag, ...ref, commit: ref.commit }]
      : []
  })
  await fetchMissing(git, new Map(own.map(({ name, object }) => [`refs/tags/${name}`, object])))
  const containing: string[] = []
  for (const one of own.toSorted((a, b) => compareVersions(a.tag.version, b.tag.version)))
    if (await isAncestor(git, commit, one.commit)) containing.push(one.name)
  return containing
}
