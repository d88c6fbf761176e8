import { isInstalled } from '../../base/program/place.ts'

/**
 * What decides what production runs, or runs with its rights: lines of a CODEOWNERS file, each with paths that it must
 * cover. GNU make prefers GNUmakefile and makefile to Makefile, and .npmrc can run code, so even files that do not exist
 * need an owner.
 */
export const decisiveLines: Readonly<Record<string, readonly string[]>> = {
  '/cdktf/environments.json': ['cdktf/environments.json'],
  '/cdktf/all.*ts': ['cdktf/all.ts', 'cdktf/all.mts'],
  '/services/*/stack.*ts': ['services/x/stack.ts', 'services/x/stack.mts'],
  '/services/*/*.tf': ['services/x/x.tf'],
  '/services/*/*.tf.json': ['services/x/x.tf.json'],
  '/.github/': [
    '.github/workflows/deploy-run.yml',
    '.github/workflows/rollback-run.yml',
    '.github/actions/x',
  ],
  // An installed Waybill is what the lock file says.
  ...(isInstalled ? {} : { '/scripts/': ['scripts/x'] }),
  '/Makefile': ['Makefile'],
  '/GNUmakefile': ['GNUmakefile'],
  '/makefile': ['makefile'],
  '/.npmrc': ['.npmrc'],
  '/package.json': ['package.json'],
  '/package-lock.json': ['package-lock.json'],
}
