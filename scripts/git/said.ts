/** Removes user and password from addresses: git's own messages leave them out, but a trace or a server may not. */
export function withoutPasswords(said: string): string {
  return said.replace(/:\/\/[^\s/]*@/g, '://')
}

/** Removes lines of progress, each of which is overwritten by the next one, after a carriage return. */
export function withoutProgress(said: string): string {
  return said
    .replace(/^.*\r(?!\n)/gm, '')
    .replace(/^(remote: )?(Enumerating|Counting|Compressing|Receiving|Resolving|Total) .*\n?/gm, '')
}
