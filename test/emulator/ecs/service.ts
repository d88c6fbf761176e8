import type { Identities } from '../iam/identities.ts'
import type { JsonApi } from '../protocol/json-service.ts'
import { jsonService } from '../protocol/json-service.ts'
import type { Service } from '../protocol/protocol.ts'
import { jsonProblems } from '../protocol/wording.ts'
import { createCluster, deleteCluster, describeClusters } from './clusters.ts'
import {
  continueServiceDeployment,
  describeServiceDeployments,
  describeServiceRevisions,
  listServiceDeployments,
  stopServiceDeployment,
} from './service-deployments.ts'
import { createService, deleteService, describeServices, listServices, updateService } from './services.ts'
import type { EcsState } from './state.ts'
import { listTagsForResource, tagResource, untagResource } from './tags.ts'
import {
  deregisterTaskDefinition,
  describeTaskDefinition,
  listTaskDefinitions,
  registerTaskDefinition,
} from './task-definitions.ts'
import { describeTasks, listTasks } from './tasks.ts'

const api: JsonApi<EcsState> = {
  name: 'ecs',
  scope: 'ecs',
  target: 'AmazonEC2ContainerServiceV20141113',
  version: '1.1',
  operations: {
    ContinueServiceDeployment: continueServiceDeployment,
    CreateCluster: createCluster,
    CreateService: createService,
    DeleteCluster: deleteCluster,
    DeleteService: deleteService,
    DeregisterTaskDefinition: deregisterTaskDefinition,
    DescribeClusters: describeClusters,
    DescribeServiceDeployments: describeServiceDeployments,
    DescribeServiceRevisions: describeServiceRevisions,
    DescribeServices: describeServices,
    DescribeTaskDefinition: describeTaskDefinition,
    DescribeTasks: describeTasks,
    ListServiceDeployments: listServiceDeployments,
    ListServices: listServices,
    ListTagsForResource: listTagsForResource,
    ListTaskDefinitions: listTaskDefinitions,
    ListTasks: listTasks,
    RegisterTaskDefinition: registerTaskDefinition,
    StopServiceDeployment: stopServiceDeployment,
    TagResource: tagResource,
    UntagResource: untagResource,
    UpdateService: updateService,
  },
  resource: resourceOf,
  problems: jsonProblems('ecs', {
    error500: ['ServerException', 500, 'Service Unavailable. Please try again later.'],
    'conflict-409': ['UpdateInProgressException', 409, 'There is already an update in progress.'],
  }),
}

/** ECS's JSON API. */
export function ecsService(state: EcsState, identities: Identities): Service {
  return jsonService(api, state, identities)
}

/** `cluster/service` for a service, else the name of the family, the cluster or what an ARN ends with. */
function resourceOf(input: Record<string, unknown>): string {
  const service = input.service ?? input.serviceName ?? input.services
  const cluster = short(input.cluster) || 'default'
  if (service !== undefined) return `${cluster}/${short(service)}`
  if (input.tasks !== undefined) return `${cluster}/${short(input.tasks)}`
  const subject = [
    input.taskDefinition,
    input.family,
    input.familyPrefix,
    input.clusterName,
    input.clusters,
    input.resourceArn,
    input.serviceDeploymentArn,
    input.serviceDeploymentArns,
    input.serviceRevisionArns,
    input.cluster,
  ].find(value => value !== undefined)
  return short(subject)
}

function short(value: unknown): string {
  if (Array.isArray(value)) return value.map(short).join(',')
  return typeof value === 'string' ? value.slice(value.lastIndexOf('/') + 1) : ''
}
