import { delimiter, dirname, join } from 'node:path'
import { isUsualVariable } from '../../base/program/usual-variables.ts'
import { isOfTheJob } from '../../kinds/fields.ts'

/**
 * The environment of a service's build command: the repository's own programs come first on the path, and of the job's
 * variables it gets the usual ones and those that its service.json names.
 */
export function commandEnvironment(
  root: string,
  environment: Record<string, string>,
  named: readonly string[] = [],
): Record<string, string> {
  const passes = (name: string) => named.includes(name) || isUsualVariable(name)
  return withPrograms(root, environment, passes)
}

/**
 * The environment of docker, which is a program of this machine and hands none of it on to what it builds. Its helpers
 * sign in to the registries of base images with variables that nobody can list, so all but the job's pass.
 */
export function dockerEnvironment(root: string, environment: Record<string, string>): Record<string, string> {
  return withPrograms(root, environment, name => !isOfTheJob(name))
}

function withPrograms(
  root: string,
  environment: Record<string, string>,
  passes: (name: string) => boolean,
): Record<string, string> {
  const path = [join(root, 'node_modules', '.bin'), dirname(process.execPath), environment.PATH ?? '']
  const own = Object.entries(environment).filter(([name]) => passes(name))
  return { ...Object.fromEntries(own), PATH: path.join(delimiter) }
}
