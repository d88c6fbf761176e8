import { delimiter, dirname, join } from 'node:path'
import { isOfTheJob } from '../../kinds/fields.ts'

/** Variables that say where things are on this machine and what the job is about. None of them is a secret. */
const usual = [
  /^(PATH|HOME|PWD|USER|LOGNAME|SHELL|TERM|COLORTERM|NO_COLOR|FORCE_COLOR|TZ|LANG|LANGUAGE|LC_\w+|TMPDIR|TEMP|TMP|XDG_\w+)$/,
  /^(https?|ftp|all|no)_proxy$/i,
  /^(SSL_CERT_FILE|SSL_CERT_DIR|NODE_EXTRA_CA_CERTS|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE)$/,
  /^GIT_(CONFIG_GLOBAL|CONFIG_SYSTEM|CONFIG_NOSYSTEM|SSL_CAINFO)$/,
  /^DOCKER_(HOST|CONTEXT|CONFIG|TLS_VERIFY|CERT_PATH|BUILDKIT)$/,
  // Toolchains and their caches: JAVA_HOME, CARGO_HOME, PNPM_HOME, GOPATH, …
  /^([A-Z][A-Z0-9_]*_HOME|JAVA_HOME_\w+|NVM_DIR|NODE_(ENV|OPTIONS|COMPILE_CACHE)|npm_config_(cache|registry))$/,
  /^GO(PATH|ROOT|CACHE|MODCACHE|FLAGS|PROXY|PRIVATE|NOPROXY|SUMDB|NOSUMDB|TOOLCHAIN|OS|ARCH)$/,
  /^(PYENV_ROOT|VIRTUAL_ENV|PYTHON(PATH|UNBUFFERED|DONTWRITEBYTECODE)|(PIP|UV)_CACHE_DIR|DOTNET_\w+|RUSTFLAGS|BUNDLE_PATH)$/,
  /^(CC|CXX|CFLAGS|CXXFLAGS|LDFLAGS|LD_LIBRARY_PATH|PKG_CONFIG_PATH)$/,
  /^(CI|GITHUB_(ACTIONS|ACTOR|API_URL|BASE_REF|EVENT_NAME|HEAD_REF|JOB|REF|REF_NAME|REF_TYPE|SERVER_URL|SHA|WORKFLOW|WORKSPACE))$/,
  /^GITHUB_(REPOSITORY|REPOSITORY_ID|REPOSITORY_OWNER|RUN_ATTEMPT|RUN_ID|RUN_NUMBER)$/,
  /^RUNNER_(ARCH|ENVIRONMENT|NAME|OS|TEMP|TOOL_CACHE)$/,
  /^(CIRCLECI|CIRCLE_(BRANCH|BUILD_NUM|BUILD_URL|JOB|PROJECT_REPONAME|PROJECT_USERNAME|SHA1|TAG|WORKFLOW_ID|WORKING_DIRECTORY))$/,
]

/**
 * The environment of a service's build command: the repository's own programs come first on the path, and of the job's
 * variables it gets the usual ones and those that its service.json names.
 */
export function commandEnvironment(
  root: string,
  environment: Record<string, string>,
  named: readonly string[] = [],
): Record<string, string> {
  const passes = (name: string) => named.includes(name) || usual.some(pattern => pattern.test(name))
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
