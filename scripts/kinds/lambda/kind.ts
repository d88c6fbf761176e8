import type { Target } from '../../names/target.ts'
import { criteriaFaults } from '../../strategy/criteria.ts'
import type { Part } from '../kind.ts'
import { managedByAll } from '../managed.ts'
import { commonFaults } from '../settings.ts'
import type { FunctionApplied } from './applied.ts'
import { functionFaults } from './faults.ts'
import {
  aliasNames,
  functionLog,
  functionName,
  functionNames,
  functionNamesUsed,
  functionPlace,
} from './names.ts'
import { functionNeeds } from './needs.ts'
import { functionRights } from './rights.ts'
import { type FunctionSettings, functionRollout, type RolloutSettings } from './settings.ts'

function printRevision(version: string): string {
  return `version ${version}`
}

/** The part of a kind that both kinds of functions share. */
export const functionKind = {
  faults: (settings: FunctionSettings) => [
    ...commonFaults(settings),
    ...criteriaFaults(settings.criteria),
    ...functionFaults(settings),
  ],
  rollout: (target: Target, settings: RolloutSettings) =>
    functionRollout(settings, Object.values(functionNames(target).alarms)),
  needs: (_: Target, settings: FunctionSettings) => functionNeeds(settings),
  names: functionNamesUsed,
  // AWS Lambda developer guide, "Sending Lambda function logs to CloudWatch Logs": a stream is named after day and version.
  log: (_: Target, { functionName, revision }: FunctionApplied) => ({
    group: functionLog(functionName),
    streams: (day: string) => `${day}/[${revision}]`,
  }),
  alarms: (target: Target) => Object.values(functionNames(target).alarms),
  managed: {
    ...managedByAll,
    aws_lambda_alias: ['name', 'function_name'],
    aws_lambda_event_source_mapping: ['function_name', 'event_source_arn'],
    aws_lambda_function: ['function_name'],
    aws_lambda_function_url: ['function_name', 'qualifier'],
    aws_lambda_permission: ['statement_id', 'function_name', 'qualifier'],
    aws_lambda_provisioned_concurrency_config: ['function_name', 'qualifier'],
  },
  // A mapping that is made again has lost its place in a stream, and a URL is another one then.
  guarded: [
    'aws_lambda_function',
    'aws_lambda_alias',
    'aws_lambda_event_source_mapping',
    'aws_lambda_function_url',
  ],
  revisions: [],
  onImport: {
    aws_lambda_function:
      'whoever calls it without an alias gets every release as soon as it is applied, before any check: have them call the alias',
  },
  attributeLabel: (path: string) => path.replace(/^environment\.0\.variables\./, 'environment '),
  place: functionPlace,
  rights: functionRights,
  locate: (target: Target, given: Part) => ({
    functionName: functionName(target, given),
    ...aliasNames(target.environment),
  }),
  pointer: ({ live, functionName }: FunctionApplied) => `the alias ${live} of ${functionName}`,
  printRevision,
  show: ({ live, revision }: FunctionApplied) => `${live} → ${printRevision(revision)}`,
} as const
