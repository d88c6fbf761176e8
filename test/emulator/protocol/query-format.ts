import { randomUUID } from 'node:crypto'
import type { AwsError } from './protocol.ts'
import type { Wording } from './wording.ts'
import { ec2IdentityWords, queryIdentityWords } from './wording.ts'
import type { Xml } from './xml.ts'

type Document = { root: string; content: Xml }

/** How a dialect of the query protocol writes its answers and errors, and what it says to wrong credentials. */
export type QueryFormat = {
  answer: (operation: string, result: Xml) => Document
  error: (error: AwsError) => Document
  identity: Wording['identity']
}

/** The format of most services that speak the query protocol (Smithy, "AWS query protocol"). */
export const awsQuery: QueryFormat = {
  answer: (operation, result) => {
    const ResponseMetadata = { RequestId: randomUUID() }
    return {
      root: `${operation}Response`,
      content: { [`${operation}Result`]: result, ResponseMetadata },
    }
  },
  error: ({ code: Code, message: Message, status }) => {
    const Type = status < 500 ? 'Sender' : 'Receiver'
    return { root: 'ErrorResponse', content: { Error: { Type, Code, Message }, RequestId: randomUUID() } }
  },
  identity: queryIdentityWords,
}

/** The format of EC2 (Smithy, "AWS EC2 query protocol"): no element around the result, and errors of its own. */
export const ec2Query: QueryFormat = {
  answer: (operation, result) => ({
    root: `${operation}Response`,
    content: { requestId: randomUUID(), ...(result as { [name: string]: Xml }) },
  }),
  error: ({ code: Code, message: Message }) => ({
    root: 'Response',
    content: { Errors: { Error: { Code, Message } }, RequestID: randomUUID() },
  }),
  identity: ec2IdentityWords,
}
