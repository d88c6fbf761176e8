/** Reads an output that was written when the kind had a name of its own for `revision`. */
export function formerRevision(name: string): (output: unknown) => unknown {
  return output => {
    if (typeof output !== 'object' || output === null || 'revision' in output || !(name in output))
      return output
    const { [name]: revision, ...rest } = output as Record<string, unknown>
    return { ...rest, revision }
  }
}
