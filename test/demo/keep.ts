import { artifactProfile } from './accounts.ts'
import type { Scene } from './scene.ts'

/** What a person pastes and can try while the demo is kept running. */
export function whatToTry({ workspace, envOf, deploys }: Scene): string {
  const { folder, clone } = workspace
  const exports = Object.entries(envOf(artifactProfile))
    .filter(([name]) => /^(AWS_|GIT_CONFIG_|DOCKER_CONFIG$|TF_)/.test(name))
    .map(([name, value]) => `  export ${name}=${quoted(value)}`)
  return [
    `It keeps running, in ${folder}. Paste this into another terminal:`,
    '',
    `  cd ${quoted(clone)}`,
    `  export PATH=${quoted(`${folder}/bin`)}:"$PATH"`,
    ...exports,
    '  unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN',
    '',
    'Then try, for example:',
    '',
    '  git pull && git log --oneline                       # the pins that CI has pushed',
    '  echo "// changed" >> services/service-c/src/index.ts',
    "  git commit -am 'Change service-c' && git push       # CI builds service-c only",
    `  make release SERVICE=c VERSION=minor WAIT=2m        # one tag; CI ${deploys ? 'brings it to staging' : 'promotes it and pins it in staging'}`,
    '  make promote TAG=service-a-v1.1.0                   # is already released: writes nothing',
    '  make release SERVICE=c VERSION=1.0.0                # refused, with the reason',
    ...(deploys ? deploysToTry : []),
    '  curl -s "$AWS_ENDPOINT_URL/_emulator/requests"      # what the stand-in for AWS was asked',
    '',
    'Ctrl-C here ends and removes all of it.',
  ].join('\n')
}

const deploysToTry = [
  '  AWS_PROFILE=staging make plan ENV=staging ALL=1     # how it stands: plans, traffic, what is left over',
  '  make pin ENV=staging TAG=service-a-v1.0.0 ALLOW_OLDER=1',
  '  AWS_PROFILE=staging make deploy ENV=staging         # shows what going back changes, and goes back',
  '  make pin ENV=prod TAG=service-b-v1.0.0',
  '  AWS_PROFILE=prod make deploy ENV=prod SERVICE=b     # shows the plan, and asks',
  '  AWS_PROFILE=staging make destroy ENV=staging SERVICE=c  # asks for its name',
]

function quoted(text: string): string {
  return /^[\w@%+=:,./-]*$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
