import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { arch, env, execPath, exit, platform } from 'node:process'

/*
 * npm runs this after `npm ci`, and before it packs or installs from git, with whatever Node there is. The package is
 * compiled by the Node that package-lock.json names, since an older one runs no TypeScript.
 */

const isPacked = env.npm_command === 'pack' || env.npm_command === 'publish'
// `npm ci --omit=dev` has no compiler, and needs none: this repository runs its TypeScript as it is.
if (!isPacked && !existsSync('node_modules/rolldown')) exit(0)

const locked = `node_modules/node-${platform}-${arch}/bin/node`
const { status } = spawnSync(existsSync(locked) ? locked : execPath, ['.ci/pack.ts'], { stdio: 'inherit' })
exit(status ?? 1)
