import type { Answer } from '../protocol/protocol.ts'
import { decoded } from '../protocol/protocol.ts'
import * as aliases from './aliases.ts'
import * as settings from './function-settings.ts'
import * as functions from './functions.ts'
import { invoke } from './invoke.ts'
import * as permissions from './permissions.ts'
import * as reads from './reads.ts'
import type { LambdaCall } from './state.ts'
import { publishVersion } from './versions.ts'

/** One operation: how it is asked for, the status of its success, and what it does. */
export type LambdaOperation = {
  name: string
  method: string
  path: RegExp
  write: boolean
  status: number
  handle: (call: LambdaCall) => object | undefined | Answer | Promise<Answer>
}

/** What a request asks for, and what its address names. */
export type Routed = {
  operation: LambdaOperation
  name: string
  qualifier: string | undefined
  statementId?: string | undefined
}

const one = '/2015-03-31/functions/{name}'

/** Every operation that the emulator knows; paths and statuses are those of the Lambda API reference. */
const table: LambdaOperation[] = [
  operation('CreateFunction', 'POST /2015-03-31/functions', functions.createFunction, 201),
  operation('ListFunctions', 'GET /2015-03-31/functions', reads.listFunctions),
  operation('GetFunction', `GET ${one}`, reads.getFunction),
  operation('DeleteFunction', `DELETE ${one}`, functions.deleteFunction, 204),
  operation('UpdateFunctionCode', `PUT ${one}/code`, functions.updateFunctionCode),
  operation('GetFunctionConfiguration', `GET ${one}/configuration`, reads.getFunctionConfiguration),
  operation('UpdateFunctionConfiguration', `PUT ${one}/configuration`, functions.updateFunctionConfiguration),
  operation('PublishVersion', `POST ${one}/versions`, publishVersion, 201),
  operation('ListVersionsByFunction', `GET ${one}/versions`, reads.listVersionsByFunction),
  operation('CreateAlias', `POST ${one}/aliases`, aliases.createAlias, 201),
  operation('ListAliases', `GET ${one}/aliases`, reads.listAliases),
  operation('GetAlias', `GET ${one}/aliases/{alias}`, aliases.getAlias),
  operation('UpdateAlias', `PUT ${one}/aliases/{alias}`, aliases.updateAlias),
  operation('DeleteAlias', `DELETE ${one}/aliases/{alias}`, aliases.deleteAlias, 204),
  operation('AddPermission', `POST ${one}/policy`, permissions.addPermission, 201),
  operation('GetPolicy', `GET ${one}/policy`, permissions.getPolicy),
  operation('RemovePermission', `DELETE ${one}/policy/{statement}`, permissions.removePermission, 204),
  operation('Invoke', `POST ${one}/invocations`, invoke),
  operation(
    'PutFunctionConcurrency',
    'PUT /2017-10-31/functions/{name}/concurrency',
    settings.putFunctionConcurrency,
  ),
  operation(
    'DeleteFunctionConcurrency',
    'DELETE /2017-10-31/functions/{name}/concurrency',
    settings.deleteFunctionConcurrency,
    204,
  ),
  operation(
    'GetFunctionConcurrency',
    'GET /2019-09-30/functions/{name}/concurrency',
    settings.getFunctionConcurrency,
  ),
  operation('TagResource', 'POST /2017-03-31/tags/{name}', settings.tagResource, 204),
  operation('UntagResource', 'DELETE /2017-03-31/tags/{name}', settings.untagResource, 204),
  operation('ListTags', 'GET /2017-03-31/tags/{name}', settings.listTags),
]

/** Finds a request's operation; undefined for one that the emulator does not know. */
export function routeLambda(method: string, rawPath: string): Routed | undefined {
  const path = rawPath.length > 1 ? rawPath.replace(/\/$/, '') : rawPath
  for (const operation of table) {
    if (operation.method !== method) continue
    const found = operation.path.exec(path)
    if (!found) continue
    const { name, qualifier } = readName(decoded(found.groups?.name ?? ''))
    const { alias, statement } = found.groups ?? {}
    return {
      operation,
      name,
      qualifier: alias === undefined ? qualifier : decoded(alias),
      ...(statement === undefined ? {} : { statementId: decoded(statement) }),
    }
  }
  return undefined
}

/** A function's name as a request may write it: bare, partial ARN or ARN, each with a qualifier or without. */
function readName(text: string): { name: string; qualifier: string | undefined } {
  const bare = text.replace(/^(?:arn:[^:]*:lambda:[^:]*:)?(?:\d{12}:)?(?:function:)?/, '')
  const [name = '', qualifier] = bare.split(':')
  return { name, qualifier }
}

function operation(
  name: string,
  address: string,
  handle: LambdaOperation['handle'],
  status = 200,
): LambdaOperation {
  const [method = '', path = ''] = address.split(' ')
  const pattern = path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')
  // What a function does is its own business: to Lambda nothing is different after Invoke.
  const write = !/^(?:Get|List|Invoke)/.test(name)
  return { name, method, path: new RegExp(`^${pattern}$`), write, status, handle }
}
