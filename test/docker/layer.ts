import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { type Header, pack } from 'tar-stream'
import { digestOf } from './content.ts'
import type { ImageEntry, ImageFiles } from './image-files.ts'

/** A layer to push, and the digest of its tar. */
export type Layer = { readonly gzip: Buffer; readonly diffId: string }

/** Packs files into one layer. The same files give the same bytes at any time and on any machine. */
export async function packLayer(files: ImageFiles): Promise<Layer> {
  const tar = pack()
  const whole = buffer(tar)
  const sorted = [...files].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  for (const [path, { entry, owner }] of sorted) {
    const header = { ...tarHeader(path, entry), ...tarOwner(owner), mtime: new Date(0) }
    if (entry.type === 'file') tar.entry(header, entry.bytes)
    else tar.entry(header)
  }
  tar.finalize()
  const bytes = await whole
  return { gzip: compress(bytes), diffId: digestOf(bytes) }
}

function tarHeader(path: string, entry: ImageEntry['entry']): Pick<Header, 'name'> & Partial<Header> {
  const name = path.slice(1)
  if (entry.type === 'folder') return { name: `${name}/`, type: 'directory', mode: 0o755 }
  if (entry.type === 'link') return { name, type: 'symlink', linkname: entry.target, mode: 0o777 }
  return { name, type: 'file', mode: entry.isExecutable ? 0o755 : 0o644, size: entry.bytes.length }
}

/** A user's number is in the base image, which is not fetched, so a name goes with the number 0. */
function tarOwner(owner: string | undefined): Partial<Header> {
  const [user = '0', group = user] = owner?.split(':') ?? []
  return {
    ...(/^\d+$/.test(user) ? { uid: Number(user) } : { uid: 0, uname: user }),
    ...(/^\d+$/.test(group) ? { gid: Number(group) } : { gid: 0, gname: group }),
  }
}

function compress(bytes: Buffer): Buffer {
  const gzip = gzipSync(bytes, { level: 9 })
  // The tenth byte is the operating system that compressed it, which must not matter: 255 means unknown.
  gzip[9] = 255
  return gzip
}
