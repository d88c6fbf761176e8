import type { z } from 'zod'
import { refuseWhen } from '../protocol/validation.ts'
import type { TaskInput } from './task-input.ts'

const gib = 1024

/** Memory in MiB by CPU units (Amazon ECS developer guide, Task definition differences for Fargate, task CPU and memory). */
const sizes = new Map([
  [256, [512, gib, 2 * gib]],
  [512, steps(1, 4, 1)],
  [1024, steps(2, 8, 1)],
  [2048, steps(4, 16, 1)],
  [4096, steps(8, 30, 1)],
  [8192, steps(16, 60, 4)],
  [16_384, steps(32, 120, 8)],
])

/** Refuses a task definition that Fargate cannot run, in ECS's own words for it. */
export function checkFargate(definition: TaskInput, context: z.RefinementCtx): void {
  const { networkMode, cpu, memory } = definition
  const refuse = (isWrong: boolean, message: string) =>
    refuseWhen(context, isWrong, message, 'ClientException')
  refuse(networkMode !== 'awsvpc', "Fargate only supports network mode 'awsvpc'.")
  refuse(cpu === undefined, "Fargate requires that 'cpu' be defined at the task level.")
  refuse(memory === undefined, "Fargate requires that 'memory' be defined at the task level.")
  const isSize = sizes.get(read(cpu, /^([\d.]+) ?vcpu$/i))?.includes(read(memory, /^([\d.]+) ?gb$/i))
  refuse(
    !isSize,
    `No Fargate configuration exists for given values: ${cpu} CPU, ${memory} memory. See the Amazon ECS documentation for the valid values.`,
  )
  const drivers = definition.containerDefinitions.map(({ logConfiguration }) => logConfiguration?.logDriver)
  const lacksRole = definition.executionRoleArn === undefined
  const needs = (what: string) =>
    `Fargate requires task definition to have execution role ARN to support ${what}.`
  refuse(lacksRole && drivers.includes('awslogs'), needs('log driver awslogs'))
  const isEcr = definition.containerDefinitions.some(({ image }) => ecrImage.test(image))
  refuse(lacksRole && isEcr, needs('ECR images'))
}

/** An image of ECR, by AWS's host or by the emulator's own. */
const ecrImage = /^(?:\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com|127\.0\.0\.1:\d+)\//

/** CPU units or MiB, which can also be written in units 1,024 times as large. */
function read(text: string | undefined, large: RegExp): number {
  const [, amount] = large.exec(text ?? '') ?? []
  return amount === undefined ? Number(text) : Number(amount) * 1024
}

function steps(first: number, last: number, by: number): number[] {
  return Array.from({ length: (last - first) / by + 1 }, (_, index) => (first + index * by) * gib)
}
