/** The files of a copy of Waybill in a repository: those that the package has compiled or brings along. */
export function copiedFiles(tracked: readonly string[], isWaybills: (path: string) => boolean): string[] {
  const copies = tracked.filter(path => isWaybills(path))
  // A repository may have a scripts/ of its own. These two together are nobody else's.
  const isCopy = copies.includes('scripts/cli/command.ts') && copies.includes('cdktf/main.ts')
  return isCopy ? copies : []
}

/** The command that deletes files, by folder where everything in the folder is deleted. */
export function deletion(copies: readonly string[], tracked: readonly string[]): string {
  const gone = new Set(copies)
  const folders = [...new Set(copies.map(path => path.split('/').slice(0, -1).join('/')))]
  const whole = folders.filter(
    folder =>
      folder !== '' && tracked.filter(path => path.startsWith(`${folder}/`)).every(path => gone.has(path)),
  )
  const outermost = whole.filter(folder => !whole.some(other => folder.startsWith(`${other}/`)))
  const rest = copies.filter(path => !outermost.some(folder => path.startsWith(`${folder}/`)))
  return `git rm -rq -- ${[...outermost, ...rest].toSorted().join(' ')}`
}
