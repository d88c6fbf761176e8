import { createHash } from 'node:crypto'
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CreateRepositoryCommand } from '@aws-sdk/client-ecr'
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { clientsFor } from '../../../emulator/clients.ts'
import { pushImage, sampleImage } from '../../../emulator/sample-image.ts'
import { hasTerraform } from '../../../provider/workspace.ts'
import { afterSuite } from '../../../support/cleanup.ts'
import { type DeployWorld, deployEnvironments, expectDone, makeDeployWorld } from '../../../support/deploy.ts'
import { imageRecord, pushTag, putObject, readObject, writes } from '../../../support/releases.ts'
import { type Outcome, run } from '../../../support/run.ts'
import { bucket, imageService, zipService } from '../../../support/world.ts'

const staging = { ENV: 'staging' }
const longest = `service-${'x'.repeat(60)}`
const place = deployEnvironments.environments.staging
const stateBucket = 'waybill-state-111111111111-eu-central-1'
let world: DeployWorld

/** What a command prints on both streams when it refuses; with `JSON=1` one document. */
type Refused = { code: number; problem: string; cause?: string; remedy?: string; said: string }

async function refused(
  command: string,
  options: Record<string, string>,
  env: Record<string, string> = {},
): Promise<Refused> {
  const outcome = await world.waybill(command, { ...options, JSON: '1' }, { env })
  expectClean(outcome)
  const { error } = JSON.parse(outcome.stdout)
  expect(error.exitCode).toBe(outcome.code)
  return { ...error, code: outcome.code, said: outcome.stderr }
}

/** Expects no terminal control characters, no secret and no stack trace. */
function expectClean({ stdout, stderr }: Outcome): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]|[╷│╵]/)
  expect(stdout + stderr).not.toContain(world.env.AWS_SECRET_ACCESS_KEY)
  expect(stderr).not.toMatch(/bug in Waybill|^ +at /m)
}

describe.skipIf(!(await hasTerraform()))('what make deploy refuses', () => {
  const onFinished = afterSuite()
  beforeAll(async () => {
    const services = ['service-b', 'gone', 'other', 'yanked', 'unreleased', 'edited', 'broken', 'unpinned']
    const files = Object.assign({}, ...services.map(name => zipService(name)))
    world = await makeDeployWorld({ files, repositories: [], onFinished })
    for (const name of services) if (name !== 'unpinned') await world.ship(name, '1.0.0')
    expectDone(await world.waybill('yank', { TAG: 'yanked-v1.0.0', REASON: 'It loses parcels' }))
    const { s3 } = clientsFor(world.emulator)
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'releases/gone-v1.0.0.zip' }))
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'releases/unreleased-v1.0.0.json' }))
    const other = Buffer.from('something else')
    const sum = createHash('sha256').update(other).digest('base64')
    await putObject(world, 'releases/other-v1.0.0.zip', other, sum)
    const pin = (name: string) => `cdktf/pins/staging/${name}.json`
    const edited = { tag: 'edited-v1.0.0', commit: 'a'.repeat(40), sha256: 'b'.repeat(64) }
    await world.commit({ [pin('edited')]: JSON.stringify(edited), [pin('broken')]: '{"tag":"broken-v1.0.0"' })
  })

  it('includes every invalid pin at once, while the others are deployed', async () => {
    world.emulator.clearRequests()
    const outcome = await world.waybill('deploy', { ...staging, JSON: '1' })
    expectClean(outcome)
    const { results, error } = JSON.parse(outcome.stdout)
    expect(results).toMatchObject([{ service: 'service-b', result: 'deployed' }])
    // The most serious fault decides.
    expect([outcome.code, error.exitCode]).toEqual([2, 2])
    const problems: string[] = error.problem.split('\n')
    for (const problem of [
      /^the artifact of gone-v1.0.0 is gone: releases\/gone-v1.0.0.zip$/,
      /^releases\/other-v1.0.0.zip is not what was released as other-v1.0.0$/,
      /yanked-v1.0.0/,
      /pins unreleased-v1.0.0, which has no release record$/,
      /^cdktf\/pins\/staging\/edited.json does not match the release record of edited-v1.0.0$/,
      /cdktf\/pins\/staging\/broken.json/,
    ])
      expect(problems).toContainEqual(expect.stringMatching(problem))
    expect(writes(world.emulator).filter(write => /^CreateFunction/.test(write))).toEqual([
      'CreateFunction service-b-staging',
    ])
  })

  it('includes missing things and a single invalid pin, with a remedy', async () => {
    const cases = [
      [{ ENV: 'nowhere' }, 2, /no environment nowhere/, /has: staging, prod/],
      [{ ...staging, SERVICE: 'nothing' }, 2, /no service nothing/, /There are: /],
      [
        { ...staging, SERVICE: 'unpinned' },
        2,
        /has no pin in staging/,
        /make pin ENV=staging TAG=unpinned-v/,
      ],
      [{ ...staging, SERVICE: 'edited' }, 3, /does not match the release record/, /make pin/],
      [{ ...staging, SERVICE: 'broken' }, 2, /broken\.json is not JSON/, /make pin/],
      [
        { ...staging, SERVICE: 'yanked' },
        3,
        /yanked-v1.0.0 was yanked/,
        /make pin ENV=staging PREVIOUS=yanked, then make deploy ENV=staging SERVICE=yanked$/,
      ],
      [{ ...staging, SERVICE: 'unreleased' }, 4, /no release record/, /make promote TAG=unreleased-v1.0.0/],
    ] as const
    world.emulator.clearRequests()
    const answers = await Promise.all(cases.map(([options]) => refused('deploy', options)))
    expect(answers).toMatchObject(
      cases.map(([, code, problem, remedy]) => ({
        code,
        problem: expect.stringMatching(problem),
        remedy: expect.stringMatching(remedy),
      })),
    )
    expect(writes(world.emulator)).toEqual([])
  })

  it('includes a pin with two tags, a record of another artifact, and a pre-release pinned by hand', async () => {
    const pin = 'cdktf/pins/staging/edited.json'
    const twice = '{"tag": "edited-v1.0.0", "tag": "edited-v2.0.0", "commit": "", "sha256": ""}'
    await world.ship('other', '2.0.0-rc.1', 'prod')
    await world.commit({ [pin]: twice })
    await renameArtifact('gone-v1.0.0', 'releases/service-b-v1.0.0.zip')
    await world.commit(imageService('pictures', { repository: 'pictures-now' }))
    await shipImage('pictures-v1.0.0', 'pictures-before')
    world.emulator.clearRequests()
    expect(await refused('deploy', { ...staging, SERVICE: 'edited' })).toMatchObject({
      code: 2,
      problem: `${pin} is not valid:\n  tag: is given twice, as "edited-v1.0.0" and as "edited-v2.0.0"`,
    })
    expect(await refused('deploy', { ...staging, SERVICE: 'gone' })).toMatchObject({
      code: 2,
      problem: expect.stringContaining(
        'artifact: is releases/service-b-v1.0.0.zip, not releases/gone-v1.0.0.zip',
      ),
    })
    expect(await refused('deploy', { ENV: 'prod', SERVICE: 'other' })).toMatchObject({
      code: 3,
      problem: [
        'prod does not accept pre-releases, and other-v2.0.0-rc.1 is one',
        '  preReleases is false for prod in cdktf/environments.json',
      ].join('\n'),
    })
    expect(await refused('deploy', { ...staging, SERVICE: 'pictures' })).toMatchObject({
      code: 3,
      problem: [
        'the stack of pictures would not use the artifact that was released as pictures-v1.0.0',
        '  the release record says pictures-before:pictures-v1.0.0, but services/pictures/service.json leads to pictures-now:pictures-v1.0.0',
      ].join('\n'),
    })
    expect(writes(world.emulator)).toEqual([])
  })

  it('includes calling a service removed if its pin or state cannot be read', async () => {
    const resources = [{ mode: 'managed', type: 'aws_lambda_function' }]
    const { s3 } = clientsFor(world.emulator)
    const put = (service: string, Body: string) =>
      s3.send(new PutObjectCommand({ Bucket: stateBucket, Key: `staging/${service}.tfstate`, Body }))
    await put('broken', JSON.stringify({ resources }))
    await put('left', JSON.stringify({ resources }))
    const everything = { ...staging, SERVICE: 'unreleased', ALL: '1' }
    const { said } = await refused('plan', everything)
    expect(said).toContain('make destroy ENV=staging SERVICE=left')
    expect(said).not.toContain('SERVICE=broken')
    await put('left', '{')
    expect(await refused('plan', everything)).toMatchObject({
      code: 2,
      problem: expect.stringContaining(`the state s3://${stateBucket}/staging/left.tfstate is not JSON`),
    })
    await put('left', '{}')
    await put('broken', '{}')
  })

  it('includes a machine without terraform or with one that is too old', async () => {
    const empty = await programs({})
    expect(await refused('deploy', staging, { PATH: empty })).toMatchObject({
      code: 2,
      problem: expect.stringMatching(/^terraform is not on the PATH/),
      remedy: expect.stringMatching(/^Install Terraform 1.10.0 or newer/),
    })
    const version = '#!/bin/sh\necho \'{"terraform_version":"1.9.8"}\'\n'
    expect(await refused('plan', staging, { PATH: await programs({ terraform: version }) })).toMatchObject({
      code: 2,
      problem: 'this Terraform is too old: 1.9.8',
    })
  })

  it('includes credentials of another account and unknown credentials', async () => {
    const other = world.emulator.credentials({ account: '999999999999' })
    expect(await refused('deploy', staging, other)).toMatchObject({
      code: 2,
      problem: 'these credentials do not belong to the account 111111111111',
      cause: expect.stringContaining('999999999999'),
    })
    const expired = world.emulator.credentials({ expired: true })
    expect(await refused('deploy', staging, expired)).toMatchObject({
      code: 2,
      cause: expect.stringContaining('ExpiredToken'),
    })
  })

  it('includes a state by a newer Terraform', async () => {
    const { s3 } = clientsFor(world.emulator)
    const target = { Bucket: stateBucket, Key: 'staging/service-b.tfstate' }
    const { Body } = await s3.send(new GetObjectCommand(target))
    const state = JSON.parse((await Body?.transformToString()) ?? '')
    const newer = JSON.stringify({ ...state, version: 99, terraform_version: '9.9.9' })
    await s3.send(new PutObjectCommand({ ...target, Body: newer }))
    expect(await refused('deploy', { ...staging, SERVICE: 'b' })).toMatchObject({
      code: 2,
      problem: expect.stringContaining('the state was written by a newer Terraform'),
    })
  })

  it('includes an environment without a state bucket', async () => {
    const pin = await world.git(['show', 'HEAD:cdktf/pins/staging/service-b.json'])
    await commitEnvironments(
      { later: { ...place, stateBucket: 'not-made-yet' } },
      {
        'cdktf/pins/later/service-b.json': `${pin}\n`,
      },
    )
    expect(await refused('deploy', { ENV: 'later' })).toMatchObject({
      code: 2,
      problem: expect.stringContaining('the state bucket does not exist'),
      remedy: expect.stringContaining('make bootstrap ENV='),
    })
  })

  it('includes names that AWS refuses or that two services share', async () => {
    await commitEnvironments({ 'b-staging': place }, { ...zipService('service'), ...zipService(longest) })
    const { code, problem } = await refused('deploy', { ...staging, SERVICE: 'b' })
    expect(code).toBe(2)
    expect(problem).toContain(`the name of the function of ${longest} in staging is too long for AWS`)
    expect(problem).toContain(
      'service in b-staging and service-b in staging would both have the stack service-b-staging',
    )
  })
})

/** Lets the record of a zip's release name another object. */
async function renameArtifact(tag: string, key: string): Promise<void> {
  const { bytes } = (await readObject(world, `releases/${tag}.json`)) ?? {}
  const record = JSON.parse(String(bytes))
  const changed = { ...record, artifact: { ...record.artifact, key } }
  await putObject(world, `releases/${tag}.json`, JSON.stringify(changed))
}

/** Releases and pins an image that was stored in some repository. */
async function shipImage(tag: string, repositoryName: string): Promise<void> {
  const { ecr } = clientsFor(world.emulator)
  await ecr.send(new CreateRepositoryCommand({ repositoryName }))
  const { digest } = sampleImage(tag)
  await pushImage(ecr, repositoryName, sampleImage(tag), tag)
  const commit = await world.git(['rev-parse', 'HEAD'])
  const tagObject = await pushTag(world, tag, commit)
  const record = JSON.parse(imageRecord(tag, { tagObject, commit, digest }))
  const artifact = { ...record.artifact, repository: repositoryName }
  await putObject(world, `releases/${tag}.json`, JSON.stringify({ ...record, artifact }))
  await world.commit({ 'cdktf/pins/staging/pictures.json': JSON.stringify({ tag, commit, digest }) })
}

function commitEnvironments(more: Record<string, object>, files: Record<string, string>) {
  const environments = { ...deployEnvironments.environments, ...more }
  const text = JSON.stringify({ ...deployEnvironments, environments })
  return world.commit({ 'cdktf/environments.json': text, ...files })
}

/** A folder with git and these programs, to use as the whole PATH. */
async function programs(files: Record<string, string>): Promise<string> {
  const folder = join(world.folder, `bin-${Object.keys(files).join('-')}`)
  await mkdir(folder)
  for (const name of ['git', 'bash', 'sh']) {
    const { stdout } = await run('sh', ['-c', `command -v ${name}`], { cwd: folder, env: world.env })
    await symlink(stdout.trim(), join(folder, name))
  }
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(folder, name), text)
    await chmod(join(folder, name), 0o755)
  }
  return folder
}
