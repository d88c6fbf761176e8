import { allAtOnce, allAtOnceName, canaryPhases, linearPhases, type Phases } from './phases.ts'

// The last phase of CodeDeploy's strategies has no time, so nothing could be seen there. As long as ECS's default.
const bakeMinutes = 5

/**
 * The strategies that people know by name: those that CodeDeploy predefines for Lambda and for ECS, without the prefix
 * `CodeDeployDefault.Lambda` or `CodeDeployDefault.ECS`, as AWS SAM calls them too (AWS CodeDeploy user guide, "Working
 * with deployment configurations in CodeDeploy").
 */
export const namedStrategies: Readonly<Record<string, Phases>> = {
  [allAtOnceName]: allAtOnce,
  ...Object.fromEntries(
    [5, 10, 15, 30].map(minutes => [
      `Canary10Percent${minutes}Minutes`,
      canaryPhases(10, minutes, bakeMinutes),
    ]),
  ),
  ...Object.fromEntries(
    [1, 2, 3, 10].map(minutes => [
      `Linear10PercentEvery${minutes}Minute${minutes === 1 ? '' : 's'}`,
      linearPhases(10, minutes, bakeMinutes),
    ]),
  ),
}
