import { createHash } from 'node:crypto'

/** Bytes with their media type and digest. */
export type Content = { readonly mediaType: string; readonly digest: string; readonly bytes: Buffer }

/** How a manifest or an index refers to content. */
export type Descriptor = { readonly mediaType: string; readonly digest: string; readonly size: number }

/** The SHA-256 of bytes in the form of registries. */
export function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

/** Makes content from bytes. */
export function contentOf(mediaType: string, bytes: Buffer): Content {
  return { mediaType, digest: digestOf(bytes), bytes }
}

/** Makes content from a JSON document, with or without line breaks. */
export function jsonContent(mediaType: string, value: unknown, indent = 0): Content {
  return contentOf(mediaType, Buffer.from(JSON.stringify(value, null, indent)))
}

/** Describes content for a manifest or an index. */
export function describeContent({ mediaType, digest, bytes }: Content): Descriptor {
  return { mediaType, digest, size: bytes.length }
}
