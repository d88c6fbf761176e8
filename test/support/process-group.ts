// A deploy that is asked to end lets Terraform end what it is at: cut off, Terraform would live on without it.
const graceMs = 15_000

/** Asks a process group to end when a signal comes, and kills it when it does not; answers what undoes that. */
export function endGroupOn(signal: AbortSignal, pid: number | undefined): () => void {
  let kill: NodeJS.Timeout | undefined
  const end = () => {
    signalGroup(pid, 'SIGTERM')
    kill = setTimeout(() => signalGroup(pid, 'SIGKILL'), graceMs)
  }
  signal.addEventListener('abort', end, { once: true })
  return () => {
    clearTimeout(kill)
    signal.removeEventListener('abort', end)
  }
}

function signalGroup(pid: number | undefined, name: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, name)
  } catch (error) {
    // It has just ended by itself.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
