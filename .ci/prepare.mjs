import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { arch, execPath, exit, platform } from 'node:process'

/*
 * npm runs this after `npm ci`, and before it packs or installs from git, with whatever Node there is. The package is
 * compiled by the Node that package-lock.json names, since an older one runs no TypeScript.
 */

const locked = `node_modules/node-${platform}-${arch}/bin/node`
const { status } = spawnSync(existsSync(locked) ? locked : execPath, ['.ci/pack.ts'], { stdio: 'inherit' })
exit(status ?? 1)
