import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { register as addTarget, deregister } from '../elasticloadbalancing/targets.ts'
import type { LambdaState } from '../lambda/state.ts'
import { bind, closeServer } from '../pipeline/http-server.ts'
import type { Container } from '../runtime/container.ts'
import { startContainer } from '../runtime/container.ts'
import { createFolders } from '../runtime/folders.ts'
import { scale } from './scale.ts'
import { settle } from './settle.ts'
import type { Deployment, EcsService, EcsState, Task, TaskRunner } from './state.ts'
import { programOf } from './task-program.ts'
import { groupsOf } from './traffic.ts'

/** What makes tasks into processes of this machine. */
export type Runner = TaskRunner & {
  /** Kills every process and removes what was unpacked. */
  close: () => Promise<void>
}

/** A task's process, where it listens and the target groups that send it requests. */
type Running = { container: Container; port: number; groups: string[] }

const address = '127.0.0.1'
/** How much longer the next task waits after each one that failed, so that one that always fails costs little. */
const pauseMs = 250
const longestPauseMs = 5000

/** Runs the tasks of an emulator's services as processes, each on a port of its own that it is told in PORT. */
export function createRunner(state: EcsState, sessionEnv: LambdaState['sessionEnv']): Runner {
  const folders = createFolders('waybill-ecs-')
  const running = new Map<Task, Running>()
  const ending = new Set<Promise<void>>()
  const stopped = new WeakSet<Task>()
  const failures = new WeakMap<Deployment, number>()
  let isClosed = false

  /** Ends a task's process; whether that was still to do. */
  const end = (task: Task, how: 'stop' | 'kill'): boolean => {
    if (stopped.has(task)) return false
    stopped.add(task)
    const known = running.get(task)
    running.delete(task)
    if (!known) return true
    for (const arn of known.groups) {
      const group = state.balancers.groups.get(arn)
      if (group) deregister(group, address, known.port)
    }
    const over = known.container[how]().finally(() => ending.delete(over))
    ending.add(over)
    return true
  }

  /** A task that ended by itself, never started or is unhealthy: ECS stops it and starts another. */
  const fail = (service: EcsService, task: Task, why: NonNullable<Task['stopped']>) => {
    const holder = service.deployments.find(({ tasks }) => tasks.includes(task))
    if (!end(task, 'kill') || !holder || isClosed) return
    holder.tasks = holder.tasks.filter(other => other !== task)
    failures.set(holder, (failures.get(holder) ?? 0) + 1)
    if (holder.rolloutState === 'IN_PROGRESS') holder.failedTasks += 1
    service.stoppedTasks.push({ ...task, isPending: false, stopped: why })
    settle(state, service)
    const isLeft = service.deployments.includes(holder) && holder.rolloutState !== 'FAILED'
    if (isLeft) scale(state, service, holder, state.clock.now())
  }

  const started = (service: EcsService, deployment: Deployment, task: Task) => {
    task.isPending = false
    failures.delete(deployment)
    settle(state, service)
  }

  /** Puts a task behind its target groups: it has started once all of them find it healthy. */
  const register = (service: EcsService, deployment: Deployment, task: Task, { port, groups }: Running) => {
    const unhealthy = new Set(groups.filter(arn => state.balancers.groups.has(arn)))
    for (const arn of unhealthy) {
      const group = state.balancers.groups.get(arn)
      if (!group) continue
      addTarget(group, { id: address, port }, health => {
        if (health === 'unhealthy') return fail(service, task, failedCheck(state, arn))
        unhealthy.delete(arn)
        if (unhealthy.size === 0 && task.isPending) started(service, deployment, task)
      })
    }
    if (unhealthy.size === 0) started(service, deployment, task)
  }

  const launch = async (service: EcsService, deployment: Deployment, task: Task): Promise<void> => {
    await sleep(Math.min(longestPauseMs, pauseMs * (failures.get(deployment) ?? 0)), undefined, {
      ref: false,
    })
    const program = programOf(state, service, task.revision, sessionEnv)
    if (typeof program === 'string') return fail(service, task, cannotStart(state, program))
    const place = await folders.open(program.digest, program.content)
    const port = await freePort()
    // It may have been stopped in the meantime.
    if (stopped.has(task) || isClosed) return
    const env = { ...program.launch.env, PORT: String(port) }
    const container = startContainer({ ...program.launch, env }, place)
    const process = { container, port, groups: groupsOf(service, deployment.side) }
    running.set(task, process)
    void container.ended.then(({ status, output }) => fail(service, task, exited(state, status, output)))
    register(service, deployment, task, process)
  }

  return {
    start: (service, deployment, task) => {
      launch(service, deployment, task).catch((cause: Error) =>
        fail(service, task, cannotStart(state, cause.message)),
      )
    },
    stop: (_, task) => void end(task, 'stop'),
    close: async () => {
      isClosed = true
      for (const task of [...running.keys()]) end(task, 'kill')
      await Promise.all(ending)
      await folders.remove()
    },
  }
}

type Why = NonNullable<Task['stopped']>

function exited({ clock }: EcsState, status: string, output: string): Why {
  const detail = `${status}; the last that it wrote (the emulator says so, not AWS): ${output}`
  return {
    at: clock.now(),
    reason: 'Essential container in task exited',
    code: 'EssentialContainerExited',
    detail,
  }
}

function cannotStart({ clock }: EcsState, detail: string): Why {
  return {
    at: clock.now(),
    reason: `CannotStartContainerError: ${detail}`,
    code: 'TaskFailedToStart',
    detail,
  }
}

function failedCheck({ clock }: EcsState, group: string): Why {
  const reason = `Task failed ELB health checks in (target-group ${group})`
  return { at: clock.now(), reason, code: 'ServiceSchedulerInitiated' }
}

async function freePort(): Promise<number> {
  const server = createServer()
  const port = await bind(server, 0)
  await closeServer(server)
  return port
}
