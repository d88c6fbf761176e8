import type { GetOpenIDConnectProviderResponse } from '@aws-sdk/client-iam'
import {
  AddClientIDToOpenIDConnectProviderCommand,
  CreateOpenIDConnectProviderCommand,
  DeleteOpenIDConnectProviderCommand,
  GetOpenIDConnectProviderCommand,
  RemoveClientIDFromOpenIDConnectProviderCommand,
  UpdateOpenIDConnectProviderThumbprintCommand,
} from '@aws-sdk/client-iam'
import type { Aws } from '../aws/configuration.ts'
import type { State } from '../wire/value.ts'
import { found } from './found.ts'
import type { Change, ResourceType } from './resource-type.ts'
import { textMap, texts } from './shape.ts'
import { tagList } from './tags.ts'

/** `aws_iam_openid_connect_provider`: an issuer of tokens that roles trust. */
export const iamOidcProvider: ResourceType = {
  label: 'IAM OIDC Provider',
  nameOf: ({ url }) => String(url),
  fromId: id => ({ arn: id }),
  replaceOn: ['url'],
  create: async ({ iam }, planned) => {
    const thumbprints = texts(planned.thumbprint_list)
    const { OpenIDConnectProviderArn: arn = '' } = await iam.send(
      new CreateOpenIDConnectProviderCommand({
        Url: String(planned.url),
        ClientIDList: texts(planned.client_id_list) ?? [],
        ...(thumbprints ? { ThumbprintList: thumbprints } : {}),
        Tags: tagList(textMap(planned.tags_all)),
      }),
    )
    const seen = await iam.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn }))
    return { id: arn, arn, ...shown(seen) }
  },
  read: async ({ iam }, { arn, url }) => {
    const key = { OpenIDConnectProviderArn: String(arn) }
    const seen = await found(iam.send(new GetOpenIDConnectProviderCommand(key)))
    if (seen === null) return null
    // IAM shows the URL without its scheme.
    return { ...shown(seen), url: url ?? `https://${seen.Url}` }
  },
  update: async (aws, change) => {
    await changeClients(aws, change)
    const ThumbprintList = texts(change.planned.thumbprint_list) ?? []
    if (change.changed.has('thumbprint_list')) {
      const key = { OpenIDConnectProviderArn: String(change.prior.arn) }
      await aws.iam.send(new UpdateOpenIDConnectProviderThumbprintCommand({ ...key, ThumbprintList }))
    }
    return {}
  },
  remove: async ({ iam }, prior) => {
    const key = { OpenIDConnectProviderArn: String(prior.arn) }
    await iam.send(new DeleteOpenIDConnectProviderCommand(key))
  },
}

function shown({ ClientIDList = [], ThumbprintList = [] }: GetOpenIDConnectProviderResponse): State {
  return { client_id_list: [...ClientIDList].sort(), thumbprint_list: ThumbprintList }
}

async function changeClients({ iam }: Aws, { prior, planned }: Change): Promise<void> {
  const key = { OpenIDConnectProviderArn: String(prior.arn) }
  const before = texts(prior.client_id_list) ?? []
  const after = texts(planned.client_id_list) ?? []
  for (const ClientID of after.filter(id => !before.includes(id))) {
    await iam.send(new AddClientIDToOpenIDConnectProviderCommand({ ...key, ClientID }))
  }
  for (const ClientID of before.filter(id => !after.includes(id))) {
    await iam.send(new RemoveClientIDFromOpenIDConnectProviderCommand({ ...key, ClientID }))
  }
}
