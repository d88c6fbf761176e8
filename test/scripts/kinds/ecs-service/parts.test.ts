import { expect, it } from 'vitest'
import { settingsIn } from '../../../../scripts/catalogue/service-config.ts'
import { ecsService } from '../../../../scripts/kinds/ecs-service/kind.ts'
import { everyEcsSetting } from '../../../cdktf/every-ecs-setting.ts'
import { config, userError } from '../../samples.ts'

const source = { name: 'services/x/service.json', remedy: 'Correct it.' }
const staging = { name: 'staging', environment: {} }
const settings = (given: object) =>
  settingsIn(ecsService, config('ecs-service', { settings: given }), staging, source)
const image = 'public.ecr.aws/x/agent:1.2.3'
const sidecars = (more: object) => ({ sidecars: { agent: { image, ...more } } })
const efs = { fileSystemId: 'fs-0123456789abcdef0', containerPath: '/data' }
const schedule = (more: object) => ({
  schedules: { nightly: { expression: 'rate(1 hour)', command: ['x'], ...more } },
})
const secret = 'arn:aws:ssm:eu-central-1:111111111111:parameter/x'

it('takes all settings together', () => {
  expect(settings(everyEcsSetting)).toMatchObject({ enableExecuteCommand: true, count: { max: 6 } })
})

it('an environment adds to sidecars, volumes, ports and schedules, and replaces those that it names', () => {
  const one = config('ecs-service', {
    settings: { ...sidecars({}), ...schedule({}), ports: { admin: 9000 } },
    environments: {
      staging: {
        sidecars: { other: { image } },
        schedules: { nightly: { expression: 'rate(2 days)', command: ['y'] } },
        ports: { debug: 9001 },
      },
    },
  })
  expect(settingsIn(ecsService, one, staging, source)).toMatchObject({
    sidecars: { agent: { image, essential: true }, other: { image } },
    schedules: { nightly: { expression: 'rate(2 days)', command: ['y'], timezone: 'UTC', state: 'ENABLED' } },
    ports: { admin: 9000, debug: 9001 },
  })
})

it.each([
  [sidecars({ image: 'agent' }), 'image: must name an image with its digest or tag'],
  [sidecars({ image: 'localhost:5000/agent' }), 'image: must name an image with its digest or tag'],
  [sidecars({ image: 'agent:latest' }), 'image: must not be latest'],
  [sidecars({ image: `agent@sha256:${'a'.repeat(63)}` }), 'image: must name an image with its digest'],
  [sidecars({ healthCheck: { command: ['curl', 'x'] } }), 'command: must begin with CMD or CMD-SHELL'],
  [sidecars({ dependsOn: { agent: 'READY' } }), 'dependsOn.agent: '],
  [{ sidecars: { 'a b': { image } } }, 'must be the name of a container'],
  [{ volumes: { data: { ...efs, fileSystemId: 'data' } } }, 'must be the id of a file system of EFS'],
  [{ volumes: { data: { ...efs, containerPath: 'data' } } }, 'must be an absolute path'],
  [{ ports: { Admin: 1 } }, 'must be the name of a port'],
  [{ serviceConnect: { namespace: 'a b' } }, 'must be the name or ARN of a namespace of Cloud Map'],
  [{ capacityProviderStrategy: { SPOT: {} } }, 'Unrecognized key: "SPOT"'],
  [schedule({ expression: 'at(2030-01-01T00:00:00)' }), 'expression: must be rate(5 minutes) or cron('],
  [schedule({ expression: 'cron(0 3 * * *)' }), 'expression: must be rate(5 minutes) or cron('],
  [schedule({ timezone: 'Berlin' }), 'timezone: must be a time zone such as Europe/Berlin'],
  [schedule({ command: ['{% $x %}'] }), 'must not begin with {%: AWS would evaluate it'],
])('refuses %j', (faulty, fault) => {
  expect(userError(() => settings(faulty)).message).toContain(fault)
})

it.each([
  [{ dependsOn: { agent: 'START' } }, 'dependsOn.agent: there is no sidecar of that name'],
  [
    { ...sidecars({}), dependsOn: { agent: 'HEALTHY' } },
    'dependsOn.agent: HEALTHY needs a healthCheck there',
  ],
  [{ ...sidecars({}), dependsOn: { agent: 'SUCCESS' } }, 'dependsOn.agent: SUCCESS needs "essential": false'],
  [
    { sidecars: { a: { image, dependsOn: { b: 'START' } }, b: { image, dependsOn: { a: 'START' } } } },
    'sidecars: each waits for the next, so none starts: a → b → a',
  ],
  [
    sidecars({ cpu: 256 }),
    "their cpu is 256 together, which leaves nothing of the task's 256 to the service",
  ],
  [sidecars({ memory: 600 }), "their memory is 600 together, which leaves nothing of the task's 512"],
  [
    sidecars({ variables: { A: '1' }, secrets: { A: secret } }),
    'sidecars.agent.secrets.A: is already one of',
  ],
  [
    { sidecars: Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`s${index}`, { image }])) },
    'sidecars: a task has at most 10 containers, and this has 10 beside its own',
  ],
  [sidecars({ firelens: {} }), 'logOptions: tell the log router agent where to send the log'],
  [{ logOptions: { Name: 's3' } }, 'logOptions: are for a log router: give one of the sidecars firelens'],
  [
    { sidecars: { a: { image, firelens: {} }, b: { image, firelens: {} } }, logOptions: { Name: 's3' } },
    'sidecars: a task has one log router, and a and b are some',
  ],
  [
    { ...sidecars({ firelens: {} }), logOptions: { Name: 's3', key: 'x' }, logSecrets: { key: secret } },
    'logSecrets.key: is already one of the logOptions',
  ],
  [
    { volumes: { data: { ...efs, accessPointId: 'fsap-0123456789abcdef0', rootDirectory: '/x' } } },
    'volumes.data.rootDirectory: the access point already says which folder',
  ],
  [{ volumes: { a: efs, b: efs } }, 'volumes: a and b are both mounted at /data'],
  [{ ports: { main: 1 } }, 'ports.main: is what port is called'],
  [{ ports: { a: 8080 } }, 'port and ports.a: are both 8080'],
  [
    { serviceConnect: { namespace: 'x', services: { admin: {} } } },
    'serviceConnect.services.admin: there is no port of that name: add it to ports',
  ],
  [
    {
      ports: { admin: 9000 },
      serviceConnect: {
        namespace: 'x',
        services: { main: { dnsName: 'x', port: 80 }, admin: { dnsName: 'x', port: 80 } },
      },
    },
    'serviceConnect.services: main and admin would both be called x:80',
  ],
  [{ capacityProviderStrategy: {} }, 'capacityProviderStrategy: must name FARGATE, FARGATE_SPOT or both'],
  [{ capacityProviderStrategy: { FARGATE: { weight: 0 } } }, 'one weight at least must be more than 0'],
  [
    { capacityProviderStrategy: { FARGATE: { base: 1 }, FARGATE_SPOT: { base: 1 } } },
    'capacityProviderStrategy: only one of them can have a base',
  ],
])('refuses settings that do not fit together: %j', (faulty, fault) => {
  expect(userError(() => settings(faulty)).message).toContain(fault)
})
