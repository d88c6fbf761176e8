import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Writes an executable `docker` that runs the stand-in into a folder to put first on a PATH. */
export async function installDocker(binFolder: string): Promise<void> {
  const program = join(import.meta.dirname, 'docker.ts')
  const script = `#!/bin/sh\nexec ${quoteForShell(process.execPath)} ${quoteForShell(program)} "$@"\n`
  const file = join(binFolder, 'docker')
  await mkdir(binFolder, { recursive: true })
  await writeFile(file, script)
  await chmod(file, 0o755)
}

function quoteForShell(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
