import { expect, it } from 'vitest'
import { sameResources, secretReads } from '../../../scripts/terraform/plan-faults.ts'

const planned = (address: string, after: unknown) => ({
  address,
  type: address.replace(/^module\.\w+(\[[^\]]*\])?\./, '').split('.')[0] ?? '',
  change: { after },
})
const alias = (address: string, name: string, of: string | undefined) =>
  planned(`aws_lambda_alias.${address}`, { name, function_name: of })

it.each([
  [
    [planned('aws_iam_role.role', { name: 'a' }), planned('module.m.aws_iam_role.mine', { name: 'a' })],
    ['aws_iam_role.role and module.m.aws_iam_role.mine are a'],
  ],
  [
    [alias('live', 'PROD', 'a-prod'), alias('mine', 'PROD', 'a-prod')],
    ['aws_lambda_alias.live and aws_lambda_alias.mine are PROD of a-prod'],
  ],
  [[alias('live', 'PROD', 'a-prod'), alias('mine', 'PROD', 'b-prod')], []],
  [[alias('live', 'PROD', undefined), alias('mine', 'PROD', undefined)], []],
  [[planned('aws_iam_role.role', { name: 'a' }), planned('aws_iam_policy.mine', { name: 'a' })], []],
  [[planned('aws_sqs_queue.one', { name: 'a' }), planned('aws_sqs_queue.other', { name: 'a' })], []],
])('of %j, the same one in AWS', (resources, same) => {
  expect(sameResources(resources)).toEqual(same)
})

const group = (address: string, more: object = {}) =>
  planned(`aws_cloudwatch_log_group.${address}`, { name: '/ecs/a', ...more })
const configured = (address: string, provider_config_key: string) => ({
  address: `aws_cloudwatch_log_group.${address}`,
  mode: 'managed',
  type: 'aws_cloudwatch_log_group',
  provider_config_key,
})
const both = [group('own'), group('mine["a.b"]')]
const inModule = [group('own'), planned('module.m["x"].aws_cloudwatch_log_group.mine', { name: '/ecs/a' })]
const called = (key: string) => ({
  resources: [configured('own', 'aws')],
  module_calls: { m: { module: { resources: [configured('mine', key)] } } },
})

it.each([
  ['of one provider block', both, { resources: [configured('own', 'aws'), configured('mine', 'aws')] }, true],
  ['of two blocks', both, { resources: [configured('own', 'aws'), configured('mine', 'aws.paris')] }, false],
  ['in a module with the same block', inModule, called('module.m:aws'), true],
  ['in a module with another block', inModule, called('aws.paris'), false],
  ['in two regions', [group('own'), group('mine', { region: 'eu-west-3' })], {}, false],
])('resources of one name %s: the same one in AWS', (_, resources, module, isSame) => {
  expect(sameResources(resources, module)).toHaveLength(isSame ? 1 : 0)
})

const data = (type: string, expressions?: object) => ({
  address: `data.${type}.mine`,
  mode: 'data',
  type,
  expressions,
})
const decryption = (value: unknown) => ({ with_decryption: { constant_value: value } })

it.each([
  [data('aws_secretsmanager_secret_version'), true],
  [data('aws_kms_secrets'), true],
  [data('aws_ssm_parameter'), true],
  [data('aws_ssm_parameter', decryption(true)), true],
  [data('aws_ssm_parameter', { with_decryption: { references: ['var.decrypt'] } }), true],
  [data('aws_ssm_parameter', decryption(false)), false],
  [data('aws_ssm_parameters_by_path', decryption(false)), false],
  [data('aws_caller_identity'), false],
  [{ ...data('aws_secretsmanager_secret_version'), mode: 'managed' }, false],
  [{ ...data('aws_secretsmanager_secret_version'), mode: 'ephemeral' }, false],
])('whether %j reads a secret', (one, reads) => {
  expect(secretReads({ resources: [one] })).toEqual(reads ? [one.address] : [])
})

it('looks into modules', () => {
  const inner = { resources: [data('aws_kms_secrets')] }
  const module_calls = { a: { module: { module_calls: { b: { module: inner } } } } }
  expect(secretReads({ module_calls })).toEqual(['module.a.module.b.data.aws_kms_secrets.mine'])
})
