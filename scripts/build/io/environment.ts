import { delimiter, dirname, join } from 'node:path'

// Credentials and tokens, and the files by which a step speaks to GitHub's runner.
const ofTheJob =
  /^(AWS_.*|ACTIONS_.*|GH_TOKEN|GITHUB_(TOKEN|ENV|OUTPUT|PATH|STATE|STEP_SUMMARY)|GIT_CONFIG_(COUNT|(KEY|VALUE)_\d+))$/

/**
 * The environment of a service's build: the repository's own programs come first on the path, and none of the job's
 * credentials are in it.
 */
export function buildEnvironment(root: string, environment: Record<string, string>): Record<string, string> {
  const path = [join(root, 'node_modules', '.bin'), dirname(process.execPath), environment.PATH ?? '']
  const own = Object.entries(environment).filter(([name]) => !ofTheJob.test(name))
  return { ...Object.fromEntries(own), PATH: path.join(delimiter) }
}
