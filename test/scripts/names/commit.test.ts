import { expect, it } from 'vitest'
import { isCommitSha, short } from '../../../scripts/names/commit.ts'
import { commit } from '../samples.ts'

it('a commit has 40 lower-case hexadecimal digits, and ten are shown', () => {
  expect(isCommitSha('0123456789abcdef0123456789abcdef01234567')).toBe(true)
  expect(short(commit('a'))).toBe('aaaaaaaaaa')
})

it.each([
  ...['', 'HEAD', 'a'.repeat(39), 'a'.repeat(41), 'a'.repeat(64), 'A'.repeat(40), 'g'.repeat(40)],
  ...[`${'a'.repeat(40)}\n`, ` ${'a'.repeat(39)}`, '\uff11'.repeat(40), '--upload-pack=x'],
])('%j is not a full commit', text => {
  expect(isCommitSha(text)).toBe(false)
})
