import type { SettingChange } from './incident.ts'

/** The leaves in which two documents differ, by their paths. */
export function settingChanges(before: unknown, after: unknown, under = ''): SettingChange[] {
  const [one, other] = [leavesOf(before, under), leavesOf(after, under)]
  const paths = [...new Set([...one.keys(), ...other.keys()])].toSorted()
  return paths.flatMap(path => {
    const change = { path, before: one.get(path), after: other.get(path) }
    return change.before === change.after ? [] : [change]
  })
}

function leavesOf(value: unknown, path: string): Map<string, string> {
  if (value === undefined) return new Map()
  if (typeof value !== 'object' || value === null || Array.isArray(value) || Object.keys(value).length === 0)
    return new Map([[path, JSON.stringify(value)]])
  const entries = Object.entries(value)
  return new Map(
    entries.flatMap(([name, inner]) => [...leavesOf(inner, path === '' ? name : `${path}.${name}`)]),
  )
}
