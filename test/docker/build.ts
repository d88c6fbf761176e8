import { writeFile } from 'node:fs/promises'
import { type BuildArguments, type ImageReference, parseBuildArguments } from './build-arguments.ts'
import { readContext, readText } from './build-context.ts'
import { readAuth } from './config.ts'
import { type Content, describeContent } from './content.ts'
import { type Instruction, parseDockerfile } from './dockerfile.ts'
import { planImage } from './image-plan.ts'
import { type Image, writeAttestation, writeImage, writeIndex } from './image-writer.ts'
import { DOCKER, OCI } from './media-types.ts'
import { pushBlob, pushManifest, type Registry } from './registry-client.ts'
import { loopbackUrl } from './registry-host.ts'
import { requireSecrets } from './secrets.ts'
import { StandInError } from './stand-in-error.ts'
import { provenance, sbom } from './statements.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Everything that a push sends: the blobs, the manifests in an index, and the tagged manifest. */
export type Build = {
  /** What the images would hold besides, were there an engine. */
  readonly absent: readonly string[]
  readonly blobs: readonly Content[]
  readonly children: readonly Content[]
  readonly root: Content
}

/** `docker buildx build --push …`: builds an image from a context and pushes it. */
export async function build(args: readonly string[], env: Environment): Promise<void> {
  const asked = parseBuildArguments(args)
  for (const { host } of asked.references) loopbackUrl(host)
  await requireSecrets(asked.secrets, env)
  const instructions = await readDockerfile(asked.dockerfile)
  announce(instructions)
  const made = await makeBuild(asked, instructions, creationTime(env.SOURCE_DATE_EPOCH))
  for (const what of made.absent) say(`not in the image: ${what}`)
  for (const reference of asked.references) await push(reference, made, env)
  if (asked.metadataFile !== undefined) await writeMetadata(asked.metadataFile, asked, made)
}

/** Builds everything to push, without pushing it. */
export async function makeBuild(
  asked: BuildArguments,
  instructions: readonly Instruction[],
  created: string,
): Promise<Build> {
  const isAttested = asked.provenance || asked.sbom
  const types = isAttested ? OCI : DOCKER
  const context = await readContext(asked.context, asked.dockerfile)
  const images: Image[] = []
  for (const platform of asked.platforms) {
    const plan = planImage(instructions, asked, platform)
    images.push(await writeImage({ plan, context, labels: asked.labels, created }, platform, types))
  }
  const absent = [...new Set(images.flatMap(image => image.absent))]
  const blobs = images.flatMap(image => image.blobs)
  const [only] = images
  if (only !== undefined && images.length === 1 && !isAttested)
    return { absent, blobs, children: [], root: only.manifest }
  const attestations = isAttested ? images.map(image => attest(image, asked, created)) : []
  return {
    absent,
    blobs: [...blobs, ...attestations.flatMap(({ written }) => written.blobs)],
    children: [...images, ...attestations.map(({ written }) => written)].map(({ manifest }) => manifest),
    root: writeIndex(
      types,
      images,
      attestations.map(({ descriptor }) => descriptor),
    ),
  }
}

function attest(image: Image, asked: BuildArguments, created: string) {
  // Without the registry's host, so that the digest does not depend on its port.
  const [reference] = asked.references
  const subject = `${reference?.repository}@${reference?.tag}`
  const written = writeAttestation([
    ...(asked.sbom ? [sbom(image, subject, created)] : []),
    ...(asked.provenance ? [provenance(image, subject)] : []),
  ])
  const descriptor = {
    ...describeContent(written.manifest),
    annotations: {
      'vnd.docker.reference.digest': image.manifest.digest,
      'vnd.docker.reference.type': 'attestation-manifest',
    },
    platform: { architecture: 'unknown', os: 'unknown' },
  }
  return { written, descriptor }
}

async function push(reference: ImageReference, made: Build, env: Environment): Promise<void> {
  const { host, repository, tag } = reference
  const registry: Registry = { url: loopbackUrl(host), auth: await readAuth(env, host) }
  try {
    for (const blob of made.blobs) await pushBlob(registry, repository, blob)
    for (const child of made.children) await pushManifest(registry, repository, child.digest, child)
    await pushManifest(registry, repository, tag, made.root)
  } catch (error) {
    if (!(error instanceof StandInError)) throw error
    throw new StandInError(`ERROR: failed to push ${host}/${repository}:${tag}: ${error.message}`)
  }
  say(`pushed ${host}/${repository}:${tag} ${made.root.digest}`)
}

async function writeMetadata(file: string, asked: BuildArguments, made: Build): Promise<void> {
  const metadata = {
    'containerimage.descriptor': describeContent(made.root),
    'containerimage.digest': made.root.digest,
    'image.name': asked.references
      .map(({ host, repository, tag }) => `${host}/${repository}:${tag}`)
      .join(','),
  }
  await writeFile(file, `${JSON.stringify(metadata, null, 2)}\n`)
}

async function readDockerfile(file: string): Promise<readonly Instruction[]> {
  const text = await readText(file)
  if (text === undefined)
    throw new StandInError(`ERROR: failed to read dockerfile: open ${file}: no such file`)
  return parseDockerfile(text)
}

function announce(instructions: readonly Instruction[]): void {
  say(
    "docker is a stand-in here: base images are not fetched, so only the service's own files are in the image",
  )
  for (const { keyword, text } of instructions) if (keyword === 'RUN') say(`not executed: RUN ${text}`)
}

function creationTime(epoch: string | undefined): string {
  if (epoch === undefined || epoch === '') return new Date().toISOString()
  if (/^\d{1,11}$/.test(epoch)) return new Date(Number(epoch) * 1_000).toISOString()
  throw new StandInError(`ERROR: SOURCE_DATE_EPOCH must be a whole number of seconds, not "${epoch}"`)
}

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}
