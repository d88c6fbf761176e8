/** A metric of CloudWatch with one set of dimensions. */
export type Metric = {
  readonly namespace: string
  readonly name: string
  readonly dimensions: Readonly<Record<string, string>>
}

/** The state of an alarm of CloudWatch; `missing` if there is no alarm of that name. */
export type AlarmState = 'ok' | 'ringing' | 'no data' | 'missing'

/** The sum of a metric in a period, which begins at `at`. */
export type PeriodSum = { readonly at: Date; readonly sum: number }
