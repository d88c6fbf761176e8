import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { artifactProfile } from './accounts.ts'
import type { Scene } from './scene.ts'
import { quoted } from './waybill.ts'

/** Writes what another terminal needs to `env.sh` in the workspace, and prints what to paste and try there. */
export async function keepRunning(
  scene: Pick<Scene, 'workspace' | 'envOf' | 'deploys' | 'page'>,
): Promise<void> {
  const { workspace, page } = scene
  await writeFile(join(workspace.folder, 'env.sh'), exportsOf(scene))
  for (const line of whatToTry(scene)) page.line(line)
}

/** Shell code after which a terminal has the demo's AWS, its git configuration, its docker and Node 24. */
export function exportsOf({ workspace, envOf }: Pick<Scene, 'workspace' | 'envOf'>): string {
  const exports = Object.entries(envOf(artifactProfile))
    .filter(([name]) => /^(AWS_|GIT_CONFIG_|DOCKER_CONFIG$|TF_)/.test(name))
    .map(([name, value]) => `export ${name}=${quoted(value)}`)
  // The Node that runs this one: the machine's own may be older than 24.
  const path = [join(workspace.folder, 'bin'), dirname(process.execPath)].map(quoted).join(':')
  const lines = [
    `export PATH=${path}:"$PATH"`,
    ...exports,
    'unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN',
  ]
  return `${lines.join('\n')}\n`
}

/** What a person pastes and can try while the demo is kept running. */
export function whatToTry({ workspace, deploys }: Pick<Scene, 'workspace' | 'deploys'>): string[] {
  const { folder, clone } = workspace
  return [
    'The demo keeps running. The exports for another terminal are in',
    `  ${folder}/env.sh`,
    'Paste this there:',
    '',
    `  cd ${quoted(clone)}`,
    '  . ../env.sh',
    '',
    'Then try, for example:',
    '',
    '  # The pins that CI has pushed',
    '  git pull && git log --oneline',
    '  # CI builds service-c only',
    '  echo "// changed" >> services/service-c/src/index.ts',
    "  git commit -am 'Change service-c' && git push",
    `  # One tag; CI ${deploys ? 'brings it to staging' : 'promotes it and pins it in staging'}`,
    '  make release SERVICE=c VERSION=minor WAIT=2m',
    '  # Already released: writes nothing',
    '  make promote TAG=service-a-v1.1.0',
    '  # Refused, with the reason',
    '  make release SERVICE=a VERSION=0.9.0',
    ...(deploys ? deploysToTry : []),
    '  # What the stand-in for AWS was asked',
    '  curl -s "$AWS_ENDPOINT_URL/_emulator/requests"',
    '',
    'Ctrl-C here stops and removes all of it.',
  ]
}

const deploysToTry = [
  '  # Plans, where the traffic goes, and what is left over',
  '  AWS_PROFILE=staging make plan ENV=staging ALL=1',
  '  # Going back: the plan shows what it changes',
  '  make pin ENV=staging TAG=service-a-v1.0.0 ALLOW_OLDER=1',
  '  AWS_PROFILE=staging make deploy ENV=staging',
  '  # In production: shows the plan, and asks',
  '  make pin ENV=prod TAG=service-a-v1.1.0',
  '  AWS_PROFILE=prod make deploy ENV=prod SERVICE=a',
  '  # Takes it back at once: asks as well',
  "  AWS_PROFILE=prod make rollback ENV=prod SERVICE=a REASON='too dear'",
  '  AWS_PROFILE=prod make history ENV=prod',
  '  # Asks for its name',
  '  AWS_PROFILE=staging make destroy ENV=staging SERVICE=c',
]
