import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DescribeClustersCommand, ECSClient } from '@aws-sdk/client-ecs'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { expect, it, onTestFinished } from 'vitest'
import { bareEnvironment, projectRoot } from '../support/run.ts'
import { writeFiles } from '../support/world.ts'

const region = 'eu-west-1'
const listener = `arn:aws:elasticloadbalancing:${region}:444444444444:listener/app/qa/50dc6c495c0c9188/f2f7dc8efc522ab2`
const network = { vpc: 'vpc-0a1b2c', subnets: ['subnet-0a1b2c'], securityGroups: ['sg-0a1b2c'] }
const environments = {
  releaseBranches: ['main'],
  artifacts: { account: '999999999999', region, bucket: 'acme-artifacts' },
  environments: {
    qa: { account: '444444444444', region, deploy: 'auto', cluster: 'mine', network, listener },
    live: { account: '555555555555', region, deploy: 'manual' },
  },
}

/** Starts the emulator in a folder, and answers what it prints to export. */
async function start(files: Record<string, string>) {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-emulator-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  await writeFiles(folder, { 'README.md': '', ...files })
  const child = spawn(process.execPath, [join(projectRoot, 'test', 'emulator', 'main.ts')], {
    cwd: folder,
    env: { ...bareEnvironment(folder), PORT: '0' },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  onTestFinished(async () => {
    const ended = once(child, 'exit')
    child.kill('SIGINT')
    expect(await ended).toEqual([0, null])
  })
  let banner = ''
  for await (const text of child.stdout) {
    banner += text
    if (banner.includes('End it: Ctrl-C')) break
  }
  const env = Object.fromEntries(
    [...banner.matchAll(/^export (\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
  )
  return { banner, env }
}

it('has the accounts, clusters, networks and listeners of the environments.json where it is started', async () => {
  const { banner, env } = await start({ 'cdktf/environments.json': JSON.stringify(environments) })
  const as = (accessKeyId = '', secretAccessKey = '') => ({
    endpoint: env.AWS_ENDPOINT_URL ?? '',
    region,
    credentials: { accessKeyId, secretAccessKey },
  })
  const sts = new STSClient(as(env.AWS_ACCESS_KEY_ID, env.AWS_SECRET_ACCESS_KEY))
  const identity = await sts.send(new GetCallerIdentityCommand({}))
  expect([identity.Account, env.AWS_REGION]).toEqual(['999999999999', region])
  const [, key = '', secret = ''] =
    /AWS_ACCESS_KEY_ID=(\S+) AWS_SECRET_ACCESS_KEY=(\S+) make doctor ENV=qa/.exec(banner) ?? []
  const { clusters } = await new ECSClient(as(key, secret)).send(
    new DescribeClustersCommand({ clusters: ['mine'] }),
  )
  expect(clusters).toMatchObject([{ status: 'ACTIVE', clusterArn: expect.stringContaining('444444444444') }])
  expect(banner).toContain('make doctor ENV=live')
})

it('is empty where there is no such file, and says so', async () => {
  const { banner, env } = await start({})
  expect(banner).toMatch(/# It is empty, since .*environments\.json/)
  expect(env.AWS_ACCESS_KEY_ID).toContain('111111111111')
})
