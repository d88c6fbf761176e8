import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { runSynth } from '../../../../scripts/stack/io/synth.ts'
import { pinned, services } from '../../../cdktf/catalogue.ts'
import { bareEnvironment, projectRoot } from '../../../support/run.ts'
import { writeFiles } from '../../../support/world.ts'

const extension = `
  export default (stack, resources) =>
    resources.function.addOverride('environment.variables.SEEN', Object.values(process.env).concat(Object.keys(process.env)).join(' '))
`

it('own resources find no secret of the environment, where the command has credentials', async () => {
  const root = await mkdtemp(join(tmpdir(), 'waybill-secrets-'))
  onTestFinished(() => rm(root, { recursive: true }))
  await symlink(join(projectRoot, 'node_modules'), join(root, 'node_modules'))
  await writeFiles(root, { 'services/x/stack.ts': extension })
  const names = [
    'AWS_SECRET_ACCESS_KEY',
    'AWS_SESSION_TOKEN',
    'GITHUB_TOKEN',
    'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
    'PIN',
  ]
  const secrets = Object.fromEntries(names.map(name => [name, `secret-of-${name}`]))
  const environment = { ...bareEnvironment(root), ...secrets }
  const { stacks, ...input } = pinned(services({ x: { kind: 'lambda-zip' } }))
  const staging = stacks.filter(one => one.environment === 'staging')
  const { folder, remove } = await runSynth(root, environment, { ...input, stacks: staging })
  const text = await readFile(join(folder('x-staging'), 'cdk.tf.json'), 'utf8')
  await remove()
  const seen = JSON.parse(text).resource.aws_lambda_function.function.environment.variables.SEEN
  expect(seen).toContain(root)
  for (const name of names) expect(seen).not.toContain(name)
})
