/** The variables that have a value. */
export function definedOnly(variables: NodeJS.ProcessEnv): Record<string, string> {
  const entries = Object.entries(variables).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries as [string, string][])
}
