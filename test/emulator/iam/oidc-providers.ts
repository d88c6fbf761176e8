import { AwsError } from '../protocol/protocol.ts'
import type { Xml } from '../protocol/xml.ts'
import type { Identity } from './identities.ts'
import { createProviderSchema, providerSchema, readInput } from './input.ts'
import type { IamState, OidcProvider } from './state.ts'
import { noSuchEntity, printTags, tagMap } from './state.ts'

/** CreateOpenIDConnectProvider; the ARN is made of the URL, so there is one for each URL. */
export function createOidcProvider(state: IamState, { account }: Identity, input: unknown): Xml {
  const request = readInput(createProviderSchema, input)
  const [, url] = /^https:\/\/([^/?#:@]+(?:\/[^?#]+)?)$/.exec(request.Url) ?? []
  if (url === undefined) throw new AwsError('ValidationError', 400, 'Invalid Open ID Connect Provider URL')
  const arn = `arn:aws:iam::${account}:oidc-provider/${url}`
  if (state.providers.has(arn)) {
    throw new AwsError('EntityAlreadyExists', 409, `Provider with url https://${url} already exists.`)
  }
  state.providers.set(arn, {
    arn,
    url,
    clientIds: request.ClientIDList,
    thumbprints: request.ThumbprintList,
    createdAt: new Date(),
    tags: tagMap(request.Tags),
  })
  return { OpenIDConnectProviderArn: arn }
}

/** GetOpenIDConnectProvider. */
export function getOidcProvider(state: IamState, identity: Identity, input: unknown): Xml {
  const { url, clientIds, thumbprints, createdAt, tags } = find(state, identity, input)
  return {
    Url: url,
    CreateDate: createdAt.toISOString(),
    ClientIDList: { member: clientIds },
    ThumbprintList: { member: thumbprints },
    Tags: printTags(tags),
  }
}

/** ListOpenIDConnectProviders. */
export function listOidcProviders(state: IamState, { account }: Identity): Xml {
  const own = [...state.providers.keys()].filter(arn => arn.startsWith(`arn:aws:iam::${account}:`))
  return { OpenIDConnectProviderList: { member: own.map(Arn => ({ Arn })) } }
}

/** DeleteOpenIDConnectProvider. */
export function deleteOidcProvider(state: IamState, identity: Identity, input: unknown): undefined {
  state.providers.delete(find(state, identity, input).arn)
}

function find(state: IamState, { account }: Identity, input: unknown): OidcProvider {
  const { OpenIDConnectProviderArn: arn } = readInput(providerSchema, input)
  const provider = arn.startsWith(`arn:aws:iam::${account}:`) ? state.providers.get(arn) : undefined
  if (!provider) throw noSuchEntity(`OpenIDConnect Provider not found for arn ${arn}`)
  return provider
}
