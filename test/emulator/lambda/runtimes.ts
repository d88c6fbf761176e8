const known = `
  nodejs nodejs4.3 nodejs4.3-edge nodejs6.10 nodejs8.10 nodejs10.x nodejs12.x nodejs14.x nodejs16.x
  nodejs18.x nodejs20.x nodejs22.x nodejs24.x nodejs26.x java8 java8.al2 java8.al2023 java11 java11.al2023
  java17 java17.al2023 java21 java25 python2.7 python3.6 python3.7 python3.8 python3.9 python3.10 python3.11
  python3.12 python3.13 python3.14 python3.15 dotnetcore1.0 dotnetcore2.0 dotnetcore2.1 dotnetcore3.1
  dotnet6 dotnet8 dotnet10 go1.x ruby2.5 ruby2.7 ruby3.2 ruby3.3 ruby3.4 ruby4.0 provided provided.al2
  provided.al2023
`
const runtimes = known.trim().split(/\s+/)

/** Those that Lambda no longer makes or updates functions with (AWS Lambda developer guide, Deprecated runtimes). */
const retired =
  /^(?:nodejs|nodejs(?:4\.3|4\.3-edge|6\.10|8\.10|10\.x)|python2\.7|ruby2\.5|dotnetcore(?:1\.0|2\.0|2\.1))$/

/** What is wrong with a runtime, in Lambda's own words; undefined when nothing is. */
export function runtimeFault(runtime: string): string | undefined {
  if (!runtimes.includes(runtime)) {
    return `Value ${runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [${runtimes.join(', ')}] or be a valid ARN`
  }
  if (!retired.test(runtime)) return undefined
  return `The runtime parameter of ${runtime} is no longer supported for creating or updating AWS Lambda functions. We recommend you use a supported runtime while creating or updating functions.`
}
