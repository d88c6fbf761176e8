import { link, mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, normalize } from 'node:path'
import { Readable } from 'node:stream'
import { gunzipSync } from 'node:zlib'
import { unzipSync } from 'fflate'
import { extract, type Header } from 'tar-stream'

/** A function's code as it was uploaded: a zip, or the layers of an image from the lowest up. */
export type Content =
  | { kind: 'zip'; bytes: Buffer }
  | { kind: 'image'; config: Buffer; layers: readonly Buffer[] }

/** Writes the files of a function's code into an empty folder, which stands for its whole file system if it is an image. */
export async function unpack(content: Content, folder: string): Promise<void> {
  if (content.kind === 'image') {
    for (const layer of content.layers) await unpackLayer(layer, folder)
    return
  }
  for (const [name, bytes] of Object.entries(unzipSync(content.bytes))) {
    if (name.endsWith('/')) continue
    const path = inside(folder, name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, bytes)
  }
}

async function unpackLayer(layer: Buffer, folder: string): Promise<void> {
  const entries = Readable.from([inflated(layer)]).pipe(extract())
  for await (const entry of entries) {
    const chunks: Buffer[] = []
    for await (const chunk of entry) chunks.push(chunk as Buffer)
    await place(entry.header, Buffer.concat(chunks), folder)
  }
}

/**
 * Places one entry of a layer over what lower layers have (OCI image specification, "Image layer filesystem changeset"). Devices
 * and the like, which no function here needs, are left out.
 */
async function place({ name, type, linkname, mode }: Header, bytes: Buffer, folder: string): Promise<void> {
  const path = inside(folder, name)
  if (type === 'directory') {
    await mkdir(path, { recursive: true })
    return
  }
  const [, deleted] = /^\.wh\.(.+)$/.exec(basename(path)) ?? []
  await rm(deleted === undefined ? path : join(dirname(path), deleted), { recursive: true, force: true })
  if (deleted !== undefined) return
  await mkdir(dirname(path), { recursive: true })
  if (type === 'file') await writeFile(path, bytes, { mode: (mode ?? 0) | 0o600 })
  if (type === 'link' && linkname) await link(inside(folder, linkname), path)
  if (type === 'symlink' && linkname)
    await symlink(isAbsolute(linkname) ? join(folder, linkname) : linkname, path)
}

function inflated(layer: Buffer): Buffer {
  return layer.readUInt16BE(0) === 0x1f8b ? gunzipSync(layer) : layer
}

/** The path of an entry in a folder; an entry that would be elsewhere is none of a function. */
function inside(folder: string, name: string): string {
  return join(folder, normalize(`/${name}`))
}
