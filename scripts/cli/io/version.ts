import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../../base/program/place.ts'

/** The name and version of this program. */
export function version(): string {
  const file = join(packageRoot, 'package.json')
  const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as { name: string; version: string }
  return `${name} ${version}`
}
