import type { Reply, Request } from './helper.ts'
import { runInProcess } from './in-process.ts'
import { type Outcome, run } from './run.ts'

/* The helper of one worker: test/support/helper.ts starts it and says what it is for. */

process.on('message', async ({ id, request }: { id: number; request: Request }) => {
  const reply: Reply = await act(request).then(
    outcome => ({ id, outcome }),
    (error: Error) => ({ id, error: String(error.stack) }),
  )
  process.send?.(reply)
})
process.on('disconnect', () => process.exit())

async function act(request: Request): Promise<Outcome> {
  const { cwd, env } = request
  if ('program' in request) return await run(request.program, request.args, { cwd, env })
  return await runInProcess(request.command, { cwd, env, words: request.words ?? [] })
}
