import { runInProcess } from '../support/in-process.ts'

/* Runs a command as a person at a terminal does, who types the name of the environment when asked. A process of its own. */

const [, , command = '', ...words] = process.argv
const answer = words.find(word => word.startsWith('ENV='))?.slice('ENV='.length)
const { code, stdout, stderr } = await runInProcess(command, {
  cwd: process.cwd(),
  env: process.env as Record<string, string>,
  words,
  ask: async () => answer,
})
process.stdout.write(`${stdout}${stderr}`)
process.exitCode = code
