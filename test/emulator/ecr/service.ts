import type { Identities, Identity } from '../iam/identities.ts'
import type { JsonApi } from '../protocol/json-service.ts'
import { jsonService } from '../protocol/json-service.ts'
import type { Service } from '../protocol/protocol.ts'
import { jsonProblems } from '../protocol/wording.ts'
import { issueToken } from '../registry/token.ts'
import { batchDeleteImage } from './delete-images.ts'
import { batchGetImage, describeImages, listImages, putImage } from './images.ts'
import * as layers from './layers.ts'
import * as lifecycle from './lifecycle.ts'
import { listImageReferrers } from './referrers.ts'
import * as repositories from './repositories.ts'
import * as settings from './repository-settings.ts'
import type { EcrState } from './state.ts'

const api: JsonApi<EcrState> = {
  name: 'ecr',
  scope: 'ecr',
  target: 'AmazonEC2ContainerRegistry_V20150921',
  version: '1.1',
  operations: {
    BatchCheckLayerAvailability: layers.batchCheckLayerAvailability,
    BatchDeleteImage: batchDeleteImage,
    BatchGetImage: batchGetImage,
    CompleteLayerUpload: layers.completeLayerUpload,
    CreateRepository: repositories.createRepository,
    DeleteLifecyclePolicy: lifecycle.deleteLifecyclePolicy,
    DeleteRepository: repositories.deleteRepository,
    DeleteRepositoryPolicy: settings.deleteRepositoryPolicy,
    DescribeImages: describeImages,
    DescribeRepositories: repositories.describeRepositories,
    GetAuthorizationToken: getAuthorizationToken,
    GetDownloadUrlForLayer: layers.getDownloadUrlForLayer,
    GetLifecyclePolicy: lifecycle.getLifecyclePolicy,
    GetRepositoryPolicy: settings.getRepositoryPolicy,
    InitiateLayerUpload: layers.initiateLayerUpload,
    ListImageReferrers: listImageReferrers,
    ListImages: listImages,
    ListTagsForResource: settings.listTagsForResource,
    PutImage: putImage,
    PutImageScanningConfiguration: repositories.putImageScanningConfiguration,
    PutImageTagMutability: repositories.putImageTagMutability,
    PutLifecyclePolicy: lifecycle.putLifecyclePolicy,
    SetRepositoryPolicy: settings.setRepositoryPolicy,
    TagResource: settings.tagResource,
    UntagResource: settings.untagResource,
    UploadLayerPart: layers.uploadLayerPart,
  },
  resource: resourceOf,
  problems: jsonProblems('ecr', {}),
}

/** ECR's JSON API. */
export function ecrService(state: EcrState, identities: Identities): Service {
  return jsonService(api, state, identities)
}

/** `repository`, or `repository:tag` with the tags or digests that a request names. */
function resourceOf(input: Record<string, unknown>): string {
  const name = typeof input.repositoryName === 'string' ? input.repositoryName : ''
  const ids = Array.isArray(input.imageIds) ? input.imageIds : []
  const names = ids.map(id => id?.imageTag ?? id?.imageDigest ?? '')
  const tag = input.imageTag ?? input.imageDigest ?? names.join(',')
  return tag ? `${name}:${String(tag)}` : name
}

function getAuthorizationToken(state: EcrState, identity: Identity): object {
  const { password, expiresAt } = issueToken(identity, Date.now())
  const authorizationToken = Buffer.from(`AWS:${password}`).toString('base64')
  const proxyEndpoint = `http://${state.host}`
  return { authorizationData: [{ authorizationToken, expiresAt: expiresAt / 1000, proxyEndpoint }] }
}
