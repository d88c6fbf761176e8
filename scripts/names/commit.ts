/** A git object's full name: 40 lower-case hexadecimal digits. */
export type ObjectId = string & { readonly brand: 'ObjectId' }

/** The object id of a commit. */
export type CommitSha = ObjectId & { readonly kind: 'commit' }

/** Tells whether text is a full SHA-1 object name; SHA-256 repositories are not supported. */
export function isObjectId(text: string): text is ObjectId {
  return /^[0-9a-f]{40}$/.test(text)
}

/** Tells whether text is a full commit name. */
export function isCommitSha(text: string): text is CommitSha {
  return isObjectId(text)
}

/** The first ten digits, enough for a person. */
export function short(id: ObjectId): string {
  return id.slice(0, 10)
}
