import { z } from 'zod'
import { UserError } from '../../base/user-error.ts'
import { channelTitles } from '../channel.ts'
import { notifyErrors } from '../errors.ts'
import { deploymentOf, type GithubDeployment, recordOf } from '../formats/github.ts'
import type { Channel } from './channel.ts'
import { type ChannelRequest, type Sending, sendRequest } from './request.ts'

/** A repository on GitHub, where its API is, and the token for it. */
export type GithubPlace = {
  readonly repository: string
  readonly api: string
  readonly token: string
}

/** A repository's deployments, each with one status. */
export function deploymentChannel(place: GithubPlace, sending: Sending): Channel {
  const ask = asker(place, sending, channelTitles['github-deployment'])
  const base = `/repos/${place.repository}/deployments`
  return {
    name: 'github-deployment',
    takes: notice => deploymentOf(notice) !== undefined,
    async send(notice) {
      const deployment = deploymentOf(notice)
      if (deployment === undefined) return
      const id = (await findDeployment(ask, base, deployment)) ?? (await create(ask, base, deployment))
      const { state, description, environment, logUrl } = deployment
      await ask('POST', `${base}/${id}/statuses`, {
        state,
        description,
        environment,
        ...(logUrl === undefined ? {} : { log_url: logUrl }),
      })
    },
  }
}

type AskGithub = (method: 'GET' | 'POST', path: string, body?: object) => Promise<string>

const created = z.looseObject({ id: z.int() })
const listed = z.array(z.looseObject({ id: z.int(), payload: z.unknown() }))

/** The deployment that an interrupted run has made for the same entry. */
async function findDeployment(
  ask: AskGithub,
  base: string,
  { ref, environment, entry }: GithubDeployment,
): Promise<number | undefined> {
  const query = new URLSearchParams({ ref, environment, per_page: '100' })
  const all = parse(listed, await ask('GET', `${base}?${query}`))
  // GitHub answers a payload as it was sent, or as the text of it.
  return all.find(({ payload }) => JSON.stringify(payload ?? '').includes(entry))?.id
}

async function create(
  ask: AskGithub,
  base: string,
  { ref, environment, description, entry }: GithubDeployment,
): Promise<number> {
  const answer = await ask('POST', base, {
    ref,
    environment,
    description,
    // What a tag names is deployed as it is, whatever else became of its branch and its checks.
    auto_merge: false,
    required_contexts: [],
    payload: { entry },
  })
  return parse(created, answer).id
}

/** The deployment records of the organization that owns a repository. */
export function recordChannel(place: GithubPlace, sending: Sending): Channel {
  const ask = asker(place, sending, channelTitles['github-record'])
  const [owner = ''] = place.repository.split('/')
  return {
    name: 'github-record',
    takes: notice => recordOf(notice, place.repository) !== undefined,
    async send(notice) {
      const record = recordOf(notice, place.repository)
      if (record !== undefined)
        await ask('POST', `/orgs/${owner}/artifacts/metadata/deployment-record`, record)
    },
  }
}

function asker({ api, token }: GithubPlace, sending: Sending, channel: string): AskGithub {
  const headers = {
    accept: 'application/vnd.github+json',
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'x-github-api-version': '2022-11-28',
  }
  return async (method, path, body) => {
    const request: ChannelRequest = { method, address: `${api}${path}`, headers, channel }
    return await sendRequest(
      sending,
      body === undefined ? request : { ...request, body: JSON.stringify(body) },
    )
  }
}

function parse<T>(shape: z.ZodType<T>, text: string): T {
  try {
    return shape.parse(JSON.parse(text))
  } catch {
    throw new UserError(notifyErrors['notice-unsent'], 'GitHub answered something else than a deployment')
  }
}
