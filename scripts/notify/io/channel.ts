import type { ChannelName } from '../channel.ts'
import type { Notice } from '../notice.ts'

/** A channel that notices can be sent to from here. */
export type Channel = {
  readonly name: ChannelName
  /** Whether it has anything to say about a notice. */
  takes(notice: Notice): boolean
  /** Throws a `UserError` unless the channel has taken it. */
  send(notice: Notice): Promise<void>
}

/** A channel that only others can send to. */
export type AbsentChannel = Pick<Channel, 'name' | 'takes'> & { readonly absent: string }
