/** What a function needs of its environment: in its network, also a security group, which Lambda requires there. */
export function functionNeeds({ inNetwork }: { readonly inNetwork: boolean }) {
  return { fields: inNetwork ? (['network', 'securityGroups'] as const) : [] }
}
