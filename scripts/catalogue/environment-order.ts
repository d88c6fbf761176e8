/** What is wrong with the order in which environments verify releases, by environment. */
export function faultsOfOrder(
  environments: Readonly<Record<string, { readonly after?: string | undefined }>>,
): [name: string, fault: string][] {
  const before = (name: string) => (Object.hasOwn(environments, name) ? environments[name]?.after : undefined)
  return Object.entries(environments).flatMap(([name, { after }]): [string, string][] => {
    if (after === undefined) return []
    if (after === name) return [[name, 'is this environment itself']]
    if (!Object.hasOwn(environments, after)) return [[name, `there is no environment ${after}`]]
    const chain = [name]
    for (let next: string | undefined = after; next !== undefined; next = before(next)) {
      chain.push(next)
      if (next === name) return [[name, `is a cycle: ${chain.join(' → ')}`]]
      // A cycle further on is a fault of its own members.
      if (chain.indexOf(next) < chain.length - 1) break
    }
    return []
  })
}
