import {
  DescribeSecurityGroupsCommand,
  type DescribeSecurityGroupsCommandInput,
  DescribeSubnetsCommand,
  type DescribeSubnetsCommandInput,
} from '@aws-sdk/client-ec2'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { clientsFor } from '../clients.ts'
import type { Emulator } from '../emulator.ts'
import { startEmulator } from '../emulator.ts'
import { rawCalls } from '../raw-calls.ts'
import { refusedWith } from '../refused-with.ts'

let emulator: Emulator
const two = { vpc: 'vpc-1', subnets: ['subnet-1a', 'subnet-1b'], securityGroups: ['sg-1'] }

beforeAll(async () => {
  emulator = await startEmulator()
  emulator.makeNetwork(two)
  emulator.makeNetwork({ vpc: 'vpc-2', subnets: ['subnet-2a'], securityGroups: ['sg-2'] })
  emulator.makeNetwork({ vpc: 'vpc-3', subnets: ['subnet-3a'] }, { account: '222222222222' })
})
afterAll(() => emulator.close())

const subnets = async (input: DescribeSubnetsCommandInput, options = {}) =>
  (await clientsFor(emulator, options).ec2.send(new DescribeSubnetsCommand(input))).Subnets ?? []
const groups = async (input: DescribeSecurityGroupsCommandInput) =>
  (await clientsFor(emulator).ec2.send(new DescribeSecurityGroupsCommand(input))).SecurityGroups ?? []

it('describes subnets and security groups with their VPC, of the own account and region alone', async () => {
  expect(await subnets({ SubnetIds: two.subnets })).toMatchObject([
    { SubnetId: 'subnet-1a', VpcId: 'vpc-1', AvailabilityZone: 'us-east-1a', State: 'available' },
    { SubnetId: 'subnet-1b', VpcId: 'vpc-1', AvailabilityZone: 'us-east-1b' },
  ])
  expect(await groups({ GroupIds: ['sg-1'] })).toMatchObject([{ GroupId: 'sg-1', VpcId: 'vpc-1' }])
  expect((await subnets({})).map(({ SubnetId }) => SubnetId)).toEqual([...two.subnets, 'subnet-2a'])
  const stranger = emulator.credentials({ account: '222222222222' })
  expect(await subnets({}, { env: stranger })).toMatchObject([{ SubnetId: 'subnet-3a' }])
  expect(await subnets({}, { region: 'eu-west-1' })).toEqual([])
})

it('filters by id and VPC, with wildcards, and leaves out what does not exist', async () => {
  const by = (Name: string, ...Values: string[]) => subnets({ Filters: [{ Name, Values }] })
  expect(await by('subnet-id', 'subnet-1a', 'subnet-9')).toMatchObject([{ SubnetId: 'subnet-1a' }])
  expect(await by('vpc-id', 'vpc-1')).toHaveLength(2)
  expect(await by('subnet-id', 'subnet-?a')).toHaveLength(2)
  const both = [
    { Name: 'group-id', Values: ['sg-*'] },
    { Name: 'vpc-id', Values: ['vpc-2'] },
  ]
  expect(await groups({ Filters: both })).toMatchObject([{ GroupId: 'sg-2' }])
})

it('lists page by page', async () => {
  const ids = Array.from({ length: 7 }, (_, index) => `subnet-f${index}`)
  emulator.makeNetwork({ vpc: 'vpc-f', subnets: ids })
  const { ec2 } = clientsFor(emulator)
  const Filters = [{ Name: 'vpc-id', Values: ['vpc-f'] }]
  const first = await ec2.send(new DescribeSubnetsCommand({ Filters, MaxResults: 5 }))
  const { NextToken } = first
  const last = await ec2.send(
    new DescribeSubnetsCommand({ Filters, MaxResults: 5, NextToken: String(NextToken) }),
  )
  const all = [...(first.Subnets ?? []), ...(last.Subnets ?? [])].map(({ SubnetId }) => SubnetId)
  expect([all, last.NextToken]).toEqual([ids, undefined])
})

const many = Array.from({ length: 201 }, (_, index) => `subnet-${index}`)

it.each([
  ['a missing subnet', { SubnetIds: ['subnet-9'] }, 'InvalidSubnetID.NotFound', "'subnet-9' does not exist"],
  ['what is no subnet', { SubnetIds: ['sg-1'] }, 'InvalidSubnetID.Malformed', 'Invalid id: "sg-1"'],
  ['an unknown filter', { Filters: [{ Name: 'x', Values: ['y'] }] }, 'InvalidParameterValue', "filter 'x'"],
  [
    '201 values',
    { Filters: [{ Name: 'subnet-id', Values: many }] },
    'FilterLimitExceeded',
    'on a single call is 200',
  ],
  ['4 results a page', { MaxResults: 4 }, 'InvalidParameterValue', 'greater than or equal to 5'],
  ['another token', { NextToken: 'x' }, 'InvalidNextToken', 'Invalid token'],
])('refuses %s', async (_, input, code, message) => {
  await expect(subnets(input)).rejects.toMatchObject(refusedWith(code, message))
})

it.each([
  ['a missing security group', { GroupIds: ['sg-9'] }, 'InvalidGroup.NotFound', "'sg-9' does not exist"],
  ['what is no security group', { GroupIds: ['default'] }, 'InvalidGroupId.Malformed', 'expecting "sg-..."'],
])('refuses %s', async (_, input, code, message) => {
  await expect(groups(input)).rejects.toMatchObject(refusedWith(code, message))
})

it('refuses credentials, rights and operations in the words and the XML of EC2', async () => {
  const unknown = subnets({}, { env: { AWS_ACCESS_KEY_ID: 'AKIANOBODY' } })
  await expect(unknown).rejects.toMatchObject(refusedWith('AuthFailure', 'not able to validate', 401))
  const expired = subnets({}, { env: emulator.credentials({ expired: true }) })
  await expect(expired).rejects.toMatchObject(refusedWith('RequestExpired', 'expired'))
  const allow = emulator.inject({ operation: 'DescribeSubnets', kind: 'access-denied' })
  await expect(subnets({})).rejects.toMatchObject(
    refusedWith('UnauthorizedOperation', 'ec2:DescribeSubnets', 403),
  )
  allow()
  const input = { Action: 'DescribeVpcs', Version: '2016-11-15' }
  const { status, text } = await rawCalls(() => emulator).query('ec2', input)
  expect(status).toBe(400)
  expect(text).toMatch(/^<Response xmlns="[^"]*"><Errors><Error><Code>InvalidAction<\/Code>.*<RequestID>/)
})
