import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bundle } from './bundle.ts'

const folder = import.meta.dirname
const dist = join(folder, 'dist')
const { code } = await bundle()
await rm(dist, { recursive: true, force: true })
await mkdir(dist)
await writeFile(join(dist, 'index.js'), code)
await copyFile(join(folder, 'package.json'), join(dist, 'package.json'))
