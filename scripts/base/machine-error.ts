import { baseErrors } from './errors.ts'
import { plain, quote } from './printable.ts'
import { type ErrorCode, UserError } from './user-error.ts'

/** What Node says about a failed system call. */
type SystemError = Error & {
  readonly code?: unknown
  readonly syscall?: unknown
  readonly path?: unknown
  readonly dest?: unknown
}

type Fault = { readonly code: ErrorCode; readonly problem: string }

const full = {
  code: baseErrors['machine-disk-full'],
  problem: "there is no space left on this machine's disk",
}
const openFiles = { code: baseErrors['machine-open-files'], problem: 'too many files are open' }
const resources = {
  code: baseErrors['machine-resources'],
  problem: 'this machine has no memory or no processes left',
}
const denied = {
  code: baseErrors['machine-denied'],
  problem: 'this machine does not allow access to a file or folder',
}
const inTheWay = {
  code: baseErrors['machine-path'],
  problem: 'something else is where Waybill needs a file or folder',
}
const noTemporaryFolder = {
  code: baseErrors['machine-temporary-folder'],
  problem: 'the folder for temporary files cannot be used',
}
const noFolder = { code: baseErrors['machine-path'], problem: 'a folder is missing' }
const disk = { code: baseErrors['machine-disk'], problem: 'a disk of this machine fails' }

const faults: Readonly<Record<string, Fault>> = {
  ENOSPC: full,
  EDQUOT: full,
  EFBIG: full,
  EMFILE: openFiles,
  ENFILE: openFiles,
  ENOMEM: resources,
  EAGAIN: resources,
  EACCES: denied,
  EPERM: denied,
  EROFS: denied,
  EEXIST: inTheWay,
  EISDIR: inTheWay,
  ENOTDIR: inTheWay,
  ELOOP: inTheWay,
  EIO: disk,
}

// A firewall refuses a connection with EACCES or EPERM: that is not about a file.
const ofNetwork = /^(connect|getaddrinfo|send|write|read)$/

/**
 * The error for a failed system call that this machine is to blame for, not Waybill: a full disk, too many open files, a
 * folder that must not be written. Undefined for all other errors.
 */
export function machineError(error: unknown): UserError | undefined {
  if (!(error instanceof Error)) return undefined
  const { code, syscall, path, dest, message } = error as SystemError
  if (typeof code !== 'string' || typeof syscall !== 'string') return undefined
  const fault = faultOf(code, syscall, typeof path === 'string')
  if (fault === undefined) return undefined
  const where = [path, dest].filter(one => typeof one === 'string').map(quote)
  return new UserError(fault.code, [fault.problem, ...where.slice(-1)].join(': '), {
    cause: plain(message, 400),
    origin: error,
  })
}

function faultOf(code: string, syscall: string, hasPath: boolean): Fault | undefined {
  // The only folders that are made with a random name in a folder of another's choice.
  if (syscall === 'mkdtemp' && (code === 'ENOENT' || code === 'ENOTDIR')) return noTemporaryFolder
  // Anything else that does not exist may be what Waybill itself forgot to make.
  if (code === 'ENOENT') return syscall === 'uv_cwd' ? noFolder : undefined
  const fault = faults[code]
  return fault === denied && !hasPath && ofNetwork.test(syscall) ? undefined : fault
}

/** The error as one that a person can act on; undefined for a bug in Waybill. */
export function asUserError(error: unknown): UserError | undefined {
  return error instanceof UserError ? error : machineError(error)
}

const words: readonly (readonly [RegExp, Fault])[] = [
  [/No space left on device|Disk quota exceeded|File too large/i, full],
  [/Too many open files/i, openFiles],
  [/Cannot allocate memory|spawn .+ (EAGAIN|ENOMEM)/i, resources],
  [/spawn .+ E[MN]FILE/, openFiles],
  [/Read-only file system/i, denied],
  [/Input\/output error/i, disk],
]

/** The error of this machine in what another program printed when it failed; `doing` completes "cannot …". */
export function machineErrorIn(said: string, doing: string): UserError | undefined {
  // git marks what the remote's machine says.
  const own = said.split('\n').filter(line => !line.startsWith('remote: '))
  const found = words.find(([sign]) => own.some(line => sign.test(line)))
  if (found === undefined) return undefined
  const [sign, { code, problem }] = found
  const cause = plain(own.find(line => sign.test(line)) ?? '', 400)
  return new UserError(code, `cannot ${doing}: ${problem}`, { cause })
}
