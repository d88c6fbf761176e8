import { commonExamples, rolloutExamples } from './common.ts'
import type { Examples } from './example.ts'

const route = { priority: 10, paths: ['/quotes/*'] }
const phases = { route, strategy: '10%/5m, 100%/5m' }
const smoke = { ...phases, smoke: { path: '/health' } }
const scaled = { route, count: { min: 2, max: 4 } }
const among = (type: string) => ({ route, strategy: { type } })

const image = 'public.ecr.aws/x/agent:1.2.3'
const secret = 'arn:aws:ssm:eu-central-1:222222222222:parameter/agent'
const healthCheck = { command: ['CMD', 'true'] }
const sidecars = (more: object) => ({ sidecars: { agent: { image, ...more } } })
const logOptions = { Name: 'datadog' }
const volumes = { data: { fileSystemId: 'fs-0000000a', containerPath: '/a' } }
const serviceConnect = { namespace: 'internal', services: { main: {} } }
const capacityProviderStrategy = { FARGATE: {}, FARGATE_SPOT: {} }
const schedules = { nightly: { expression: 'rate(1 hour)', command: ['tidy'] } }

/** Examples of the settings of an ECS service. */
export const ecsExamples: Examples = {
  ...commonExamples,
  ...rolloutExamples(phases),
  subnets: { to: ['subnet-0a'] },
  securityGroups: { to: ['sg-0a'] },
  cpu: { to: 1024, among: { memory: 2048 } },
  memory: { to: 1024 },
  count: { to: 3 },
  'count.min': { to: 3, among: scaled },
  'count.max': { to: 9, among: scaled },
  'count.cpuPercent': { to: 60, among: scaled },
  'count.requestsPerTask': { to: 500, among: scaled },
  'count.memoryPercent': { to: 70, among: scaled },
  port: { to: 9000 },
  ports: { to: { admin: 9001 } },
  'sidecars.*.image': { to: 'public.ecr.aws/x/agent:1.2.4', among: sidecars({}) },
  'sidecars.*.essential': { to: false, among: sidecars({}) },
  'sidecars.*.command': { to: ['run'], among: sidecars({}) },
  'sidecars.*.variables': { to: { LEVEL: 'debug' }, among: sidecars({}) },
  'sidecars.*.secrets': { to: { KEY: secret }, among: sidecars({}) },
  'sidecars.*.cpu': { to: 64, among: sidecars({}) },
  'sidecars.*.memory': { to: 128, among: sidecars({}) },
  'sidecars.*.healthCheck.command': { to: ['CMD', 'ready'], among: sidecars({ healthCheck }) },
  'sidecars.*.healthCheck.interval': { to: 10, among: sidecars({ healthCheck }) },
  'sidecars.*.healthCheck.timeout': { to: 3, among: sidecars({ healthCheck }) },
  'sidecars.*.healthCheck.retries': { to: 5, among: sidecars({ healthCheck }) },
  'sidecars.*.healthCheck.startPeriod': { to: 20, among: sidecars({ healthCheck }) },
  'sidecars.*.dependsOn': {
    to: { agent: 'START' },
    among: { sidecars: { agent: { image }, proxy: { image } } },
  },
  'sidecars.*.firelens.type': { to: 'fluentd', among: { ...sidecars({ firelens: {} }), logOptions } },
  'sidecars.*.firelens.options': {
    to: { 'enable-ecs-log-metadata': 'false' },
    among: { ...sidecars({ firelens: {} }), logOptions },
  },
  dependsOn: { to: { agent: 'START' }, among: sidecars({}) },
  logOptions: { to: { Name: 's3' }, among: { ...sidecars({ firelens: {} }), logOptions } },
  logSecrets: { to: { apikey: secret }, among: { ...sidecars({ firelens: {} }), logOptions } },
  'volumes.*.fileSystemId': { to: 'fs-0000000b', among: { volumes } },
  'volumes.*.accessPointId': { to: 'fsap-0000000b', among: { volumes } },
  'volumes.*.rootDirectory': { to: '/b', among: { volumes } },
  'volumes.*.containerPath': { to: '/b', among: { volumes } },
  'volumes.*.readOnly': { to: true, among: { volumes } },
  'serviceConnect.namespace': { to: 'other', among: { serviceConnect } },
  'serviceConnect.services.*.dnsName': { to: 'orders', among: { serviceConnect } },
  'serviceConnect.services.*.port': { to: 80, among: { serviceConnect } },
  'serviceConnect.services.*.appProtocol': { to: 'http2', among: { serviceConnect } },
  'capacityProviderStrategy.FARGATE.base': { to: 2, among: { capacityProviderStrategy } },
  'capacityProviderStrategy.FARGATE.weight': { to: 2, among: { capacityProviderStrategy } },
  'capacityProviderStrategy.FARGATE_SPOT.base': { to: 2, among: { capacityProviderStrategy } },
  'capacityProviderStrategy.FARGATE_SPOT.weight': { to: 2, among: { capacityProviderStrategy } },
  enableExecuteCommand: { to: true },
  name: { to: 'parcels' },
  cluster: { to: 'legacy' },
  container: { to: 'web' },
  'schedules.*.expression': { to: 'cron(0 3 * * ? *)', among: { schedules } },
  'schedules.*.timezone': { to: 'Europe/Berlin', among: { schedules } },
  'schedules.*.command': { to: ['report'], among: { schedules } },
  'schedules.*.timeoutMinutes': { to: 5, among: { schedules } },
  'schedules.*.state': { to: 'DISABLED', among: { schedules } },
  command: { to: ['serve'] },
  'route.priority': { to: 20, among: { route } },
  'route.paths': { to: ['/orders/*'], among: { route } },
  'route.hosts': { to: ['api.example.com'], among: { route } },
  'route.healthCheck': { to: '/ready', among: { route } },
  'route.targetGroup': { to: 'parcels', among: { route } },
  'alarms.serverErrors': { to: 7, among: { route } },
  'alarms.latencyMs': { to: 700, among: { route } },
  'alarms.cpuPercent': { to: 80 },
  strategy: { to: '10%/5m, 100%/5m', among: { route } },
  'strategy(rolling)': { to: { type: 'rolling' }, among: among('canary') },
  'strategy(rolling).alternate': { to: true, among: among('rolling') },
  'strategy(blue-green)': { to: { type: 'blue-green' }, among: { route } },
  'strategy(blue-green).bakeMinutes': { to: 7, among: among('blue-green') },
  'strategy(canary)': { to: { type: 'canary' }, among: { route } },
  'strategy(canary).percent': { to: 20, among: among('canary') },
  'strategy(canary).canaryMinutes': { to: 7, among: among('canary') },
  'strategy(canary).bakeMinutes': { to: 7, among: among('canary') },
  'strategy(linear)': { to: { type: 'linear' }, among: { route } },
  'strategy(linear).stepPercent': { to: 10, among: among('linear') },
  'strategy(linear).stepMinutes': { to: 7, among: among('linear') },
  'strategy(linear).bakeMinutes': { to: 7, among: among('linear') },
  'smoke.path': { to: '/ready', among: smoke },
  'smoke.status': { to: 204, among: smoke },
  'smoke.times': { to: 3, among: smoke },
  'smoke.timeoutSeconds': { to: 5, among: smoke },
}
