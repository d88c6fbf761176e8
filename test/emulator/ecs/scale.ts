import type { Deployment, EcsService, EcsState, Task } from './state.ts'
import { hexId } from './state.ts'

/** Starts or stops tasks of a deployment until there are as many as the service wants. */
export function scale(state: EcsState, service: EcsService, deployment: Deployment, at: number): void {
  const { revision, id, tasks } = deployment
  while (tasks.length < service.desiredCount) {
    const arn = `${service.cluster.arn.replace(':cluster/', ':task/')}/${hexId()}`
    const task: Task = { arn, revision, startedBy: id, createdAt: at, isPending: state.runner !== undefined }
    tasks.push(task)
    state.runner?.start(service, deployment, task)
  }
  const tooMany = tasks.splice(service.desiredCount)
  stopTasks(state, service, tooMany, at)
}

/** Stops tasks, which can still be described afterwards. */
export function stopTasks(state: EcsState, service: EcsService, tasks: readonly Task[], at: number): void {
  const reason = `Scaling activity initiated by (deployment ${service.deployments[0]?.id})`
  for (const task of tasks) state.runner?.stop(service, task)
  const stopped = { at, reason, code: 'ServiceSchedulerInitiated' }
  service.stoppedTasks.push(...tasks.map(task => ({ ...task, isPending: false, stopped })))
}

/** How many of a deployment's tasks run. */
export function runningCount({ tasks }: Deployment): number {
  return tasks.filter(({ isPending }) => !isPending).length
}
