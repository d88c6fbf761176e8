const secret = (name: string) => `arn:aws:ssm:eu-central-1:222222222222:parameter/${name}`

/** Settings of an ECS service that together make everything that its stack can have, but for a second target group. */
export const everyEcsSetting = {
  cpu: 1024,
  memory: 2048,
  count: { min: 2, max: 6, cpuPercent: 60, memoryPercent: 70, requestsPerTask: 500 },
  route: { priority: 14, paths: ['/everything/*'] },
  ports: { admin: 9000, 'grpc-api': 9001 },
  sidecars: {
    router: {
      image: 'public.ecr.aws/aws-observability/aws-for-fluent-bit:2.32.5',
      cpu: 64,
      memory: 128,
      firelens: { type: 'fluentbit', options: { 'enable-ecs-log-metadata': 'true' } },
      healthCheck: {
        command: ['CMD-SHELL', 'echo ok'],
        interval: 10,
        timeout: 2,
        retries: 2,
        startPeriod: 5,
      },
    },
    collector: {
      image: `222222222222.dkr.ecr.eu-central-1.amazonaws.com/tools/collector@sha256:${'a'.repeat(64)}`,
      // biome-ignore lint/suspicious/noTemplateCurlyInString: what Terraform would take for a reference
      variables: { CONFIG: '${x} %{y}' },
      secrets: { KEY: secret('collector') },
      command: ['--config', 'env:CONFIG'],
      dependsOn: { migrate: 'SUCCESS', router: 'HEALTHY' },
    },
    migrate: { image: 'public.ecr.aws/x/migrate:1.0.0', essential: false },
  },
  dependsOn: { migrate: 'SUCCESS', router: 'START' },
  logOptions: { Name: 'datadog', Host: 'http-intake.logs.datadoghq.eu' },
  logSecrets: { apikey: secret('datadog') },
  volumes: {
    data: {
      fileSystemId: 'fs-0123456789abcdef0',
      accessPointId: 'fsap-0123456789abcdef0',
      containerPath: '/data',
    },
    shared: {
      fileSystemId: 'fs-0123456789abcdef1',
      rootDirectory: '/shared',
      containerPath: '/shared',
      readOnly: true,
    },
  },
  serviceConnect: {
    namespace: 'internal',
    services: {
      main: { dnsName: 'quotes', port: 80, appProtocol: 'http' },
      'grpc-api': { appProtocol: 'grpc' },
    },
  },
  capacityProviderStrategy: { FARGATE: { base: 1 }, FARGATE_SPOT: { weight: 3 } },
  enableExecuteCommand: true,
  schedules: {
    'tidy-up': { expression: 'cron(0 3 * * ? *)', timezone: 'Europe/Berlin', command: ['node', 'tidy.js'] },
    hourly: { expression: 'rate(1 hour)', command: ['report'], timeoutMinutes: 5, state: 'DISABLED' },
  },
}
