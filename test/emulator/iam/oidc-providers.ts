import { AwsError } from '../protocol/protocol.ts'
import type { Xml } from '../protocol/xml.ts'
import type { Identity } from './identities.ts'
import { members, required, tagsIn } from './input.ts'
import { printTags } from './roles.ts'
import type { IamState, OidcProvider } from './state.ts'
import { noSuchEntity } from './state.ts'

/** CreateOpenIDConnectProvider; the ARN is made of the URL, so there is one for each URL. */
export function createOidcProvider(state: IamState, { account }: Identity, input: URLSearchParams): Xml {
  const url = required(input, 'Url', /^https:\/\/.+$/).replace('https://', '')
  const arn = `arn:aws:iam::${account}:oidc-provider/${url}`
  if (state.providers.has(arn)) {
    throw new AwsError('EntityAlreadyExists', 409, `Provider with url https://${url} already exists.`)
  }
  state.providers.set(arn, {
    arn,
    url,
    clientIds: members(input, 'ClientIDList'),
    thumbprints: members(input, 'ThumbprintList'),
    createdAt: new Date(),
    tags: new Map(tagsIn(input)),
  })
  return { OpenIDConnectProviderArn: arn }
}

/** GetOpenIDConnectProvider. */
export function getOidcProvider(state: IamState, identity: Identity, input: URLSearchParams): Xml {
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
export function deleteOidcProvider(state: IamState, identity: Identity, input: URLSearchParams): undefined {
  state.providers.delete(find(state, identity, input).arn)
}

function find(state: IamState, { account }: Identity, input: URLSearchParams): OidcProvider {
  const arn = required(input, 'OpenIDConnectProviderArn')
  const provider = arn.startsWith(`arn:aws:iam::${account}:`) ? state.providers.get(arn) : undefined
  if (!provider) throw noSuchEntity(`OpenIDConnect Provider not found for arn ${arn}`)
  return provider
}
