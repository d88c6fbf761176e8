import { describe, expect, it } from 'vitest'
import { attempt } from '../../../scripts/base/attempt.ts'
import { asUserError, machineError, machineErrorIn } from '../../../scripts/base/machine-error.ts'

/** An error as Node makes it for a failed system call. */
function failedCall(code: string, syscall: string, path?: string): Error {
  const error = new Error(`${code}: as the system says, ${syscall}`)
  return Object.assign(error, { code, syscall, ...(path === undefined ? {} : { path }) })
}

describe('a failed system call that this machine is to blame for is no bug in Waybill', () => {
  it.each([
    ['ENOSPC', 'write', undefined, 'machine-disk-full'],
    ['EDQUOT', 'open', '/x', 'machine-disk-full'],
    ['EFBIG', 'write', undefined, 'machine-disk-full'],
    ['EMFILE', 'open', '/x', 'machine-open-files'],
    ['ENFILE', 'connect', undefined, 'machine-open-files'],
    ['EAGAIN', 'spawn git', undefined, 'machine-resources'],
    ['ENOMEM', 'spawn', undefined, 'machine-resources'],
    ['EACCES', 'open', '/x', 'machine-denied'],
    ['EPERM', 'unlink', '/x', 'machine-denied'],
    ['EROFS', 'mkdir', '/x', 'machine-denied'],
    ['EEXIST', 'mkdir', '/x', 'machine-path'],
    ['ENOTDIR', 'scandir', '/x', 'machine-path'],
    ['EISDIR', 'read', undefined, 'machine-path'],
    ['ENOENT', 'uv_cwd', undefined, 'machine-path'],
    ['ENOENT', 'mkdtemp', '/none/x-XXXXXX', 'machine-temporary-folder'],
    ['ENOTDIR', 'mkdtemp', '/dev/null/x-XXXXXX', 'machine-temporary-folder'],
    ['EIO', 'read', undefined, 'machine-disk'],
  ])('%s at %s %s', (code, syscall, path, expected) => {
    const error = failedCall(code, syscall, path)
    const known = machineError(error)
    expect(known).toMatchObject({ code: expected, ending: 'badInput', cause: error.message, origin: error })
    expect(known?.remedy).not.toBe('')
    if (path !== undefined) expect(known?.message).toContain(JSON.stringify(path))
    const act = () => {
      throw error
    }
    expect(attempt(act)).toMatchObject({ error: { code: expected } })
  })

  it.each([
    ['what Waybill forgot to make', failedCall('ENOENT', 'open', '/x')],
    ['a firewall', failedCall('EPERM', 'connect')],
    ['a refused connection', failedCall('ECONNREFUSED', 'connect')],
    ['an error of Node itself', Object.assign(new Error('x'), { code: 'EMFILE' })],
    ['an error of Waybill', new TypeError('x is undefined')],
    ['no error at all', 'EMFILE'],
  ])('but not %s', (_, error) => {
    expect(asUserError(error)).toBeUndefined()
  })
})

describe('another program that says so when it fails', () => {
  it.each([
    ['fatal: unable to write loose object file: No space left on device', 'machine-disk-full'],
    ["error: unable to create temporary file: Read-only file system\nfatal: can't write", 'machine-denied'],
    ['Error: open /x/plan: too many open files', 'machine-open-files'],
    ['Error: spawn git EMFILE', 'machine-open-files'],
    ['Error: spawn git EAGAIN', 'machine-resources'],
    ['fatal: Out of memory? mmap failed: Cannot allocate memory', 'machine-resources'],
  ])('%j', (said, code) => {
    const known = machineErrorIn(said, 'run git tag')
    expect(known).toMatchObject({ code, message: expect.stringMatching(/^cannot run git tag: /) })
    expect(said).toContain(known?.cause)
  })

  it.each(['fatal: not a git repository', 'remote: fatal: write error: No space left on device'])(
    'does not say so in %j',
    said => {
      expect(machineErrorIn(said, 'run git push')).toBeUndefined()
    },
  )
})
