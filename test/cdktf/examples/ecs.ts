import { commonExamples, rolloutExamples } from './common.ts'
import type { Examples } from './example.ts'

const route = { priority: 10, paths: ['/quotes/*'] }
const phases = { route, strategy: '10%/5m, 100%/5m' }
const smoke = { ...phases, smoke: { path: '/health' } }
const scaled = { route, count: { min: 2, max: 4 } }
const among = (type: string) => ({ route, strategy: { type } })

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
  port: { to: 9000 },
  command: { to: ['serve'] },
  'route.priority': { to: 20, among: { route } },
  'route.paths': { to: ['/orders/*'], among: { route } },
  'route.hosts': { to: ['api.example.com'], among: { route } },
  'route.healthCheck': { to: '/ready', among: { route } },
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
