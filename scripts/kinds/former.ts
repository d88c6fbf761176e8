/** Reads an output from when the kind had its own name for `revision`. */
export function formerRevision(name: string): (output: unknown) => unknown {
  return output => {
    if (typeof output !== 'object' || output === null || 'revision' in output || !(name in output))
      return output
    const { [name]: revision, ...rest } = output as Record<string, unknown>
    return { ...rest, revision }
  }
}
