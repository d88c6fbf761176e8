import type { Server } from 'node:http'
import { makeServer } from './server.ts'
import { readSettings, SettingError, type Settings } from './settings.ts'

/** ECS kills a task 30 s after SIGTERM by default; what still runs shortly before is cut off in order. */
const LONGEST_SHUTDOWN_MS = 25_000

function log(message: string, more: Readonly<Record<string, unknown>> = {}): void {
  process.stdout.write(`${JSON.stringify({ message, service: 'service-a', ...more })}\n`)
}

function stopOn(signal: NodeJS.Signals, server: Server): void {
  process.once(signal, () => {
    log('stopping', { signal })
    server.close(() => log('stopped'))
    setTimeout(() => server.closeAllConnections(), LONGEST_SHUTDOWN_MS).unref()
  })
}

function start(settings: Settings): void {
  const server = makeServer(settings)
  server.once('error', error => {
    process.stderr.write(`service-a: cannot listen on port ${settings.port}: ${error.message}\n`)
    process.exitCode = 1
  })
  server.listen(settings.port, () => {
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : settings.port
    log('listening', { port, release: settings.release, commit: settings.commit })
  })
  stopOn('SIGTERM', server)
  stopOn('SIGINT', server)
}

try {
  start(readSettings(process.env))
} catch (error) {
  if (!(error instanceof SettingError)) throw error
  process.stderr.write(`service-a: ${error.message}\n`)
  process.exitCode = 1
}
