/** The SHA-256 of an image's manifest or of a zip's bytes, as `sha256:` and 64 lower-case hexadecimal digits. */
export type Digest = string & { readonly brand: 'Digest' }

/** Tells whether text is a SHA-256 digest in the form that registries use. */
export function isDigest(text: string): text is Digest {
  return /^sha256:[0-9a-f]{64}$/.test(text)
}

/** The digest's 64 hexadecimal digits, as `sha256sum` prints them. */
export function digestHex(digest: Digest): string {
  return digest.slice('sha256:'.length)
}

/** The digest of 64 hexadecimal digits. */
export function digestFromHex(hex: string): Digest {
  const digest = `sha256:${hex}`
  if (!isDigest(digest)) throw new TypeError('a SHA-256 has 64 hexadecimal digits')
  return digest
}

/** The digest of a SHA-256 in base64, as S3 (`ChecksumSHA256`) and Lambda (`CodeSha256`) write it. */
export function digestFromBase64(base64: string): Digest {
  return digestFromHex(Buffer.from(base64, 'base64').toString('hex'))
}

/** The digest's bytes in base64, as S3 and Lambda write them. */
export function digestBase64(digest: Digest): string {
  return Buffer.from(digestHex(digest), 'hex').toString('base64')
}

/** The digest's algorithm and first twelve digits, enough for a person. */
export function shortDigest(digest: Digest): string {
  return digest.slice(0, 'sha256:'.length + 12)
}
