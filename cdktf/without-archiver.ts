import Module, { createRequire, findPackageJSON } from 'node:module'

/*
 * Keeps CDKTF from loading what writes zip archives, a third of all that a synth loads: it writes them in a process of
 * its own, which loads it.
 */

const { resolve, cache } = createRequire(findPackageJSON('cdktf', import.meta.url) ?? import.meta.url)
const path = resolve('archiver')
cache[path] ??= Object.assign(new Module(path), { loaded: true, exports: notLoaded })

function notLoaded(): never {
  throw new TypeError('archiver is loaded only by a process that writes an archive')
}
