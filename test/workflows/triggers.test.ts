import { describe, expect, it } from 'vitest'
import { eventsOf, starts } from '../runner/triggers.ts'

const zero = '0'.repeat(40)
const one = '1'.repeat(40)
const created = (ref: string) => ({ before: zero, after: one, ref })
const tags = (count: number) =>
  Array.from({ length: count }, (_, index) => created(`refs/tags/a-v${index}.0.0`))

describe('a push', () => {
  it('of up to three tags is an event for each, of four for none', () => {
    expect(eventsOf({ by: 'person', changes: tags(3) })).toHaveLength(3)
    expect(eventsOf({ by: 'person', changes: tags(4) })).toEqual([])
  })

  it('of four tags with a branch is an event for the branch', () => {
    const branch = created('refs/heads/main')
    expect(eventsOf({ by: 'person', changes: [...tags(4), branch] })).toEqual([branch])
  })

  it("by a job's own token is not an event, by an App it is", () => {
    expect(eventsOf({ by: 'github-token', changes: tags(1) })).toEqual([])
    expect(eventsOf({ by: 'app', changes: tags(1) })).toHaveLength(1)
  })

  it('that deletes is not an event', () => {
    expect(eventsOf({ by: 'person', changes: [{ before: one, after: zero, ref: 'refs/heads/x' }] })).toEqual(
      [],
    )
  })
})

describe('a workflow', () => {
  it.each([
    [{ tags: ['*-v*'] }, 'refs/tags/service-a-v1.0.0', true],
    [{ tags: ['*-v*'] }, 'refs/tags/team/service-a-v1.0.0', false],
    [{ tags: ['*-v*'] }, 'refs/tags/v1.0.0', false],
    [{ tags: ['*-v*'] }, 'refs/heads/service-a-v1.0.0', false],
    [{ branches: ['main', 'hotfix/*'] }, 'refs/heads/hotfix/a', true],
    [{ branches: ['main', 'hotfix/*'] }, 'refs/heads/hotfix/a/b', false],
    [{ branches: ['main', 'hotfix/**'] }, 'refs/heads/hotfix/a/b', true],
    [{ branches: ['main', '!main'] }, 'refs/heads/main', false],
    [{ branches: ['main'] }, 'refs/tags/main', false],
    [{ branches: ['a.b'] }, 'refs/heads/a-b', false],
    [{}, 'refs/tags/x', true],
    [undefined, 'refs/heads/main', false],
  ])('with %j at %s: %s', (filters, ref, expected) => {
    expect(starts(filters, ref, 'Change something')).toBe(expected)
  })

  it.each(['[skip ci]', '[CI SKIP]', '[no ci]', '[skip actions]'])(
    'is silenced by %s in the message',
    words => {
      expect(starts({}, 'refs/heads/main', `Change ${words}`)).toBe(false)
    },
  )
})
