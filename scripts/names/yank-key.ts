import { printTag, type ReleaseTag } from './release-tag.ts'

/** What the keys of yank markers begin with. No tag has a slash, so no other key begins like this. */
export const yankPrefix = 'releases/yanked/'

/** The key of a release's yank marker in the artifact bucket. */
export function yankKey(tag: ReleaseTag): string {
  return `${yankPrefix}${printTag(tag)}.json`
}
