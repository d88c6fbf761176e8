import type { Emulator } from '../emulator/emulator.ts'
import type { Workspace } from './workspace.ts'

/** What a person pastes and can try while the demo is kept running. */
export function whatToTry({ folder, clone, env }: Workspace, emulator: Emulator): string {
  const names = ['GIT_CONFIG_GLOBAL', 'GIT_CONFIG_NOSYSTEM', 'DOCKER_CONFIG'] as const
  const variables = { ...Object.fromEntries(names.map(name => [name, env[name] ?? ''])), ...emulator.env }
  const exports = Object.entries(variables).map(([name, value]) => `  export ${name}=${quoted(value)}`)
  return [
    `It keeps running, in ${folder}. Paste this into another terminal:`,
    '',
    `  cd ${quoted(clone)}`,
    `  export PATH=${quoted(`${folder}/bin`)}:"$PATH"`,
    ...exports,
    '  unset AWS_PROFILE',
    '',
    'Then try, for example:',
    '',
    '  git pull && git log --oneline                       # the pins that CI has pushed',
    '  echo "// changed" >> services/service-c/src/index.ts',
    "  git commit -am 'Change service-c' && git push",
    '  make build                                          # builds service-c only',
    '  make release SERVICE=c VERSION=minor                # one tag; CI promotes it and pins it in staging',
    '  make promote TAG=service-c-v1.1.0                   # is released already: writes nothing',
    '  make release SERVICE=c VERSION=1.0.0                # refused, with the reason',
    '  curl -s "$AWS_ENDPOINT_URL/_emulator/requests"      # what the stand-in for AWS was asked',
    '',
    'Ctrl-C here ends and removes all of it.',
  ].join('\n')
}

function quoted(text: string): string {
  return /^[\w@%+=:,./-]*$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
