import { createHash } from 'node:crypto'
import type { Image } from './image-writer.ts'

/** An in-toto statement: a predicate about an image, the subject. */
export type Statement = {
  readonly _type: string
  readonly predicateType: string
  readonly subject: readonly { readonly name: string; readonly digest: { readonly sha256: string } }[]
  readonly predicate: object
}

/** Uses a reserved domain, so that it cannot name a real builder. */
const BUILDER = 'https://stand-in.invalid/docker'

/** The provenance of an image. It names the base image, which was not fetched. */
export function provenance(image: Image, subject: string): Statement {
  return statement(image, subject, 'https://slsa.dev/provenance/v1', {
    buildDefinition: {
      buildType: BUILDER,
      externalParameters: { platform: image.platform.name, baseImage: image.plan.baseImage },
      internalParameters: { baseImageFetched: false, runInstructionsExecuted: false },
      resolvedDependencies: [],
    },
    runDetails: { builder: { id: BUILDER } },
  })
}

/** Lists an image's files, which are only the service's own, as an SPDX document. */
export function sbom(image: Image, subject: string, created: string): Statement {
  const files = [...image.files].flatMap(([path, { entry }]) =>
    entry.type === 'file' ? [{ path, bytes: entry.bytes }] : [],
  )
  return statement(image, subject, 'https://spdx.dev/Document', {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: subject,
    documentNamespace: `${BUILDER}/${image.manifest.digest}`,
    creationInfo: { created: spdxTime(created), creators: ['Tool: stand-in-docker'] },
    comment: 'The files of the base image are not listed: it was not fetched.',
    files: files.map(({ path, bytes }, index) => ({
      SPDXID: `SPDXRef-File-${index}`,
      fileName: `.${path}`,
      checksums: [checksum('sha1', bytes), checksum('sha256', bytes)],
    })),
    relationships: files.map((_, index) => ({
      spdxElementId: 'SPDXRef-DOCUMENT',
      relationshipType: 'DESCRIBES',
      relatedSpdxElement: `SPDXRef-File-${index}`,
    })),
  })
}

function statement(image: Image, subject: string, predicateType: string, predicate: object): Statement {
  const sha256 = image.manifest.digest.replace('sha256:', '')
  const name = `pkg:docker/${subject}?platform=${encodeURIComponent(image.platform.name)}`
  return {
    _type: 'https://in-toto.io/Statement/v0.1',
    predicateType,
    subject: [{ name, digest: { sha256 } }],
    predicate,
  }
}

function checksum(algorithm: 'sha1' | 'sha256', bytes: Buffer): object {
  const checksumValue = createHash(algorithm).update(bytes).digest('hex')
  return { algorithm: algorithm.toUpperCase(), checksumValue }
}

function spdxTime(created: string): string {
  return created.replace(/\.\d+Z$/, 'Z')
}
