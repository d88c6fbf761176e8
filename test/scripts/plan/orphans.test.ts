import { expect, it } from 'vitest'
import { findOrphans, type Owners } from '../../../scripts/plan/orphans.ts'
import { service } from '../samples.ts'

const owners: Owners = {
  name: 'staging',
  environments: new Set(['staging', 'prod']),
  folders: new Set([service('a'), service('b')]),
  pins: new Map([[service('a'), undefined]]),
}

const gone = {
  why: 'there is no environment qa',
  remedy: 'docs/operate.md says how to remove an environment',
}

it.each([
  ['a service that is pinned', 'staging/a.tfstate', []],
  [
    'a service without a pin',
    'staging/b.tfstate',
    [
      {
        environment: 'staging',
        service: 'b',
        subject: 'b',
        why: 'it has no pin in staging',
        remedy: 'make destroy ENV=staging SERVICE=b',
      },
    ],
  ],
  [
    'a service without a folder',
    'staging/c.tfstate',
    [
      {
        environment: 'staging',
        service: 'c',
        subject: 'c',
        why: 'there is no services/c',
        remedy: 'make destroy ENV=staging SERVICE=c',
      },
    ],
  ],
  ['a service in another environment', 'prod/c.tfstate', []],
  [
    'a service in an environment that is gone',
    'qa/a.tfstate',
    [{ environment: 'qa', service: 'a', subject: 'a in qa', ...gone }],
  ],
  [
    "CI's roles in an environment that is gone",
    'access/qa.tfstate',
    [{ environment: 'qa', service: undefined, subject: 'access-qa', ...gone }],
  ],
  ["CI's roles in an environment", 'access/prod.tfstate', []],
  ['the foundation', 'foundation.tfstate', []],
  ['a lock', 'qa/a.tfstate.tflock', []],
  ['a saved plan', 'plans/qa/a/0.plan', []],
  ['something in the folder of the plans', 'plans/a.tfstate', []],
  ['something of somebody else below access/', 'access/Team.tfstate', []],
  ['a state of somebody else', 'Team/a.tfstate', []],
  ['another state of somebody else', 'team/A.tfstate', []],
  ['a deeper state of somebody else', 'team/a/b.tfstate', []],
])('the orphans when the bucket has the state of %s', (_, key, found) => {
  expect(findOrphans([key], owners)).toEqual(found.map(one => ({ key, ...one })))
})
