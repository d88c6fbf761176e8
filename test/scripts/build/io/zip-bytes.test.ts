import { createHash } from 'node:crypto'
import { unzipSync } from 'fflate'
import { afterEach, expect, it, vi } from 'vitest'
import { makeZip, type ZipEntry } from '../../../../scripts/build/zip.ts'

const text = (path: string, content: string, kind: ZipEntry['kind'] = 'file'): ZipEntry => ({
  path,
  bytes: Buffer.from(content),
  kind,
})

const entries = [
  text('index.js', 'export const handler = () => 1\n'.repeat(200)),
  text('bin/start', '#!/bin/sh\n', 'executable'),
  text('current', 'index.js', 'link'),
  text('lib/\u00fc \u{1f600}.txt', 'x'),
  text('lib/empty', ''),
  text('lib.js', 'y'),
  text('10', 'ten'),
  text('9', 'nine'),
  { path: 'lib/nothing', bytes: new Uint8Array(), kind: 'folder' },
  { path: 'random', bytes: Uint8Array.from({ length: 3_000 }, (_, i) => (i * i * 31) >> 3), kind: 'file' },
] satisfies ZipEntry[]

const nameInZip = ({ path, kind }: ZipEntry) => (kind === 'folder' ? `${path}/` : path)
const zone = process.env.TZ
const sum = (zip: Uint8Array) => createHash('sha256').update(zip).digest('hex')

afterEach(() => {
  vi.useRealTimers()
  if (zone === undefined) delete process.env.TZ
  else process.env.TZ = zone
})

it('holds each file with its content', () => {
  const unzipped = unzipSync(makeZip(entries))
  expect(Object.keys(unzipped).toSorted()).toEqual(entries.map(nameInZip).toSorted())
  for (const entry of entries) expect(unzipped[nameInZip(entry)]).toEqual(new Uint8Array(entry.bytes))
})

it('asks for the bytes of one file at a time', () => {
  const asked: string[] = []
  const lazy = ['b', 'a'].map(path => ({
    path,
    kind: 'file' as const,
    get bytes() {
      asked.push(path)
      return Buffer.from(path)
    },
  }))
  expect(Object.keys(unzipSync(makeZip(lazy)))).toEqual(['a', 'b'])
  expect(asked).toEqual(['a', 'b'])
})

it.each([0, 1, 4096, 4097, 65_536, 65_537, 300_000])(
  'holds a file of %i bytes that cannot be compressed',
  size => {
    const bytes = Buffer.concat(
      Array.from({ length: Math.ceil(size / 32) }, (_, i) => createHash('sha256').update(`${i}`).digest()),
    ).subarray(0, size)
    expect(unzipSync(makeZip([{ path: 'x', bytes, kind: 'file' }])).x).toEqual(new Uint8Array(bytes))
  },
)

it('holds a file whose name JavaScript itself uses', () => {
  const zip = Buffer.from(makeZip([text('__proto__', 'a'), text('constructor', 'b')]))
  for (const name of ['__proto__', 'constructor']) expect(zip.includes(name)).toBe(true)
})

it('the same files in any order are the same bytes, each time', () => {
  const bytes = sum(makeZip(entries))
  const turns = entries.map((_, index) => [...entries.slice(index), ...entries.slice(0, index)])
  for (const order of [...turns, entries.toReversed()]) expect(sum(makeZip(order))).toBe(bytes)
})

it('different content, name or kind gives a different zip', () => {
  const [first, ...others] = entries as [ZipEntry, ...ZipEntry[]]
  const changes = [{ bytes: Buffer.from('z') }, { path: 'index.mjs' }, { kind: 'executable' as const }]
  for (const change of changes) {
    expect(sum(makeZip([{ ...first, ...change }, ...others]))).not.toBe(sum(makeZip(entries)))
  }
})

it('the bytes do not depend on the time zone of the machine', () => {
  const bytes = sum(makeZip(entries))
  const offsets = new Set<number>()
  for (const name of ['UTC', 'Pacific/Kiritimati', 'Pacific/Pago_Pago', 'Asia/Kolkata', 'America/New_York']) {
    process.env.TZ = name
    offsets.add(new Date(0).getTimezoneOffset())
    expect(sum(makeZip(entries))).toBe(bytes)
  }
  expect(offsets.size).toBe(5)
})

it('the bytes do not depend on the day', () => {
  const bytes = sum(makeZip(entries))
  vi.useFakeTimers({ now: new Date('2040-02-29T23:59:59Z') })
  expect(sum(makeZip(entries))).toBe(bytes)
})

// APPNOTE.TXT 4.3.12, the central directory: one header a file, which tools read modes and times from.
function centralDirectory(zip: Uint8Array) {
  const bytes = Buffer.from(zip)
  const end = bytes.lastIndexOf('PK\x05\x06')
  const headers = []
  for (let at = bytes.readUInt32LE(end + 16); at < end; ) {
    const [name, extra, comment] = [28, 30, 32].map(offset => bytes.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ]
    headers.push({
      path: bytes.toString('utf8', at + 46, at + 46 + name),
      system: bytes[at + 5],
      utf8: (bytes.readUInt16LE(at + 8) & 0x800) !== 0,
      time: bytes.readUInt16LE(at + 12),
      date: bytes.readUInt16LE(at + 14),
      mode: (bytes.readUInt32LE(at + 38) >>> 16).toString(8),
    })
    at += 46 + name + extra + comment
  }
  return headers
}

const modes = { file: '100644', executable: '100755', link: '120777', folder: '40755' }

it('each file has the mode of its kind, and noon of the first of January 1980', () => {
  const headers = centralDirectory(makeZip(entries))
  expect(headers).toHaveLength(entries.length)
  for (const entry of entries) {
    const header = headers.find(one => one.path === nameInZip(entry))
    expect(header).toMatchObject({ system: 3, mode: modes[entry.kind], time: 12 << 11, date: (1 << 5) | 1 })
  }
  expect(headers.find(({ path }) => path.includes('\u00fc'))?.utf8).toBe(true)
})
