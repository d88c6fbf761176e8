import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { BatchDeleteImageCommand, CreateRepositoryCommand } from '@aws-sdk/client-ecr'
import type { CreateFunctionCommandInput } from '@aws-sdk/client-lambda'
import { CreateFunctionCommand, InvokeCommand } from '@aws-sdk/client-lambda'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { makeBuild } from '../../docker/build.ts'
import { parseBuildArguments } from '../../docker/build-arguments.ts'
import { parseDockerfile } from '../../docker/dockerfile.ts'
import { clientsFor } from '../clients.ts'
import type { Emulator } from '../emulator.ts'
import { startEmulator } from '../emulator.ts'
import { lambdaRole, settled } from '../lambda/calls.ts'
import { pushImage } from '../sample-image.ts'

const repositoryName = 'service-c-image'
const dockerfileOfService = join(import.meta.dirname, '../../../services/service-c/Dockerfile')
const files = {
  'dist/package.json': '{"type":"module"}',
  'dist/index.js':
    'export const handler = async event => [event.n * 2, process.env.OF_THE_IMAGE, process.env.OF_THE_FUNCTION]\nexport const other = () => "other"',
}
let emulator: Emulator
let clients: ReturnType<typeof clientsFor>
let dockerfile: string
let count = 0

beforeAll(async () => {
  emulator = await startEmulator()
  clients = clientsFor(emulator)
  dockerfile = await readFile(dockerfileOfService, 'utf8')
  await clients.ecr.send(new CreateRepositoryCommand({ repositoryName }))
})
afterAll(() => emulator.close())

/** Builds an image as this repository's docker does, pushes it, and makes a function of it. */
async function make(text: string, settings: Partial<CreateFunctionCommandInput> = {}) {
  count += 1
  const FunctionName = `image-${count}`
  const context = await mkdtemp(join(tmpdir(), 'waybill-test-'))
  onTestFinished(() => rm(context, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(context, name)), { recursive: true })
    await writeFile(join(context, name), content)
  }
  const reference = `127.0.0.1/${repositoryName}:${FunctionName}`
  const args = ['--push', '--provenance=false', '--tag', reference, context]
  const { root, blobs } = await makeBuild(
    parseBuildArguments(args),
    parseDockerfile(text),
    '2026-01-01T00:00:00Z',
  )
  const manifest = root.bytes.toString('utf8')
  const bytes = blobs.map(blob => blob.bytes)
  await pushImage(clients.ecr, repositoryName, { ...root, manifest, blobs: bytes }, FunctionName)
  const ImageUri = `${new URL(emulator.url).host}/${repositoryName}:${FunctionName}`
  const Role = await lambdaRole(clients.iam, 'runs')
  const Code = { ImageUri }
  await clients.lambda.send(
    new CreateFunctionCommand({ FunctionName, Role, PackageType: 'Image', Code, ...settings }),
  )
  await settled(clients.lambda, FunctionName)
  return FunctionName
}

async function invoke(FunctionName: string) {
  const answer = await clients.lambda.send(new InvokeCommand({ FunctionName, Payload: '{"n":2}' }))
  return {
    answered: JSON.parse(answer.Payload?.transformToString() ?? '') as unknown,
    FunctionError: answer.FunctionError,
  }
}

it("runs an image that this repository's Dockerfile builds, with its variables and those of the function", async () => {
  const Environment = { Variables: { OF_THE_FUNCTION: 'b' } }
  const name = await make(`${dockerfile}\nENV OF_THE_IMAGE=a\n`, { Environment })
  expect(await invoke(name)).toEqual({ answered: [4, 'a', 'b'], FunctionError: undefined })
})

it("runs another handler where the function's configuration names one", async () => {
  const name = await make(dockerfile, { ImageConfig: { Command: ['index.other'] } })
  expect((await invoke(name)).answered).toBe('other')
})

it('keeps running an image that was deleted', async () => {
  const name = await make(dockerfile)
  const imageIds = [{ imageTag: name }]
  await clients.ecr.send(new BatchDeleteImageCommand({ repositoryName, imageIds }))
  expect((await invoke(name)).answered).toEqual([4, null, null])
})

it.each([
  ['a program of its own', 'CMD ["node", "index.js"]', /handler of Node\.js/],
  ['an entry point of its own', 'ENTRYPOINT ["node"]', /entry point/],
])('says that it does not run an image with %s', async (_, line, message) => {
  const name = await make(`${dockerfile}\n${line}\n`)
  expect(await invoke(name)).toEqual({
    FunctionError: 'Unhandled',
    answered: { errorType: 'Runtime.InvalidEntrypoint', errorMessage: expect.stringMatching(message) },
  })
})
