import type { Point } from './statistics.ts'

/** A number, a time series, or a list of series, as functions such as MAX take one. */
type Value = number | Map<number, number> | Value[]

/** What an expression is computed from: the series by id, and the start of each period. */
type Inputs = { series: (id: string) => readonly Point[]; periods: readonly number[] }

/**
 * Computes a metric math expression: `+ - * /`, numbers, ids, FILL with a number, and SUM, AVG, MIN and MAX of a list of
 * series. A period in which an operand has no value has none in the result, nor has one that divides by zero (CloudWatch
 * user guide, "Using metric math"). Throws a `SyntaxError` for whatever else CloudWatch may know.
 */
export function compute(expression: string, inputs: Inputs): Point[] {
  const tokens = tokenize(expression)
  const value = readSum(tokens, inputs)
  if (tokens.length > 0) throw new SyntaxError(`unexpected "${tokens[0]}"`)
  if (!(value instanceof Map)) throw new SyntaxError('the result is not a time series')
  return [...value].map(([at, one]) => ({ at, value: one })).sort((a, b) => a.at - b.at)
}

function tokenize(expression: string): string[] {
  const tokens = expression.match(/\d+(?:\.\d+)?|[A-Za-z]\w*|\S/g) ?? []
  const unknown = tokens.find(token => !/^(?:\d|[A-Za-z]|[-+*/(),[\]])/.test(token))
  if (unknown !== undefined) throw new SyntaxError(`unexpected "${unknown}"`)
  return tokens
}

function readSum(tokens: string[], inputs: Inputs): Value {
  return readChain(tokens, { '+': (a, b) => a + b, '-': (a, b) => a - b }, () => readProduct(tokens, inputs))
}

function readProduct(tokens: string[], inputs: Inputs): Value {
  return readChain(tokens, { '*': (a, b) => a * b, '/': (a, b) => a / b }, () => readOperand(tokens, inputs))
}

type Operators = Record<string, (a: number, b: number) => number>

function readChain(tokens: string[], operators: Operators, read: () => Value): Value {
  let left = read()
  for (;;) {
    const operator = operators[tokens[0] ?? '']
    if (!operator) return left
    tokens.shift()
    left = combine(left, read(), operator)
  }
}

function readOperand(tokens: string[], inputs: Inputs): Value {
  const token = tokens.shift() ?? ''
  if (/^\d/.test(token)) return Number(token)
  if (token === '-') return combine(0, readOperand(tokens, inputs), (a, b) => a - b)
  if (token === '(') return only(readList(tokens, inputs, ')'))
  if (token === '[') return readList(tokens, inputs, ']')
  if (!/^\w/.test(token)) throw new SyntaxError(token === '' ? 'it ends too soon' : `unexpected "${token}"`)
  if (tokens[0] === '(') {
    tokens.shift()
    return call(token, readList(tokens, inputs, ')'), inputs)
  }
  return new Map(inputs.series(token).map(({ at, value }) => [at, value]))
}

function readList(tokens: string[], inputs: Inputs, end: string): Value[] {
  const values = [readSum(tokens, inputs)]
  for (;;) {
    const token = tokens.shift()
    if (token === end) return values
    if (token !== ',') throw new SyntaxError(`"${end}" is missing`)
    values.push(readSum(tokens, inputs))
  }
}

function only(values: Value[]): Value {
  const [value] = values
  if (value === undefined || values.length !== 1) throw new SyntaxError('unexpected ","')
  return value
}

const folds: Record<string, (values: number[]) => number> = {
  SUM: values => values.reduce((sum, value) => sum + value, 0),
  AVG: values => values.reduce((sum, value) => sum + value, 0) / values.length,
  MIN: values => Math.min(...values),
  MAX: values => Math.max(...values),
}

function call(name: string, values: Value[], { periods }: Inputs): Value {
  const [first, second] = values
  if (name === 'FILL' && first instanceof Map && typeof second === 'number' && values.length === 2) {
    return new Map(periods.map(at => [at, first.get(at) ?? second]))
  }
  const fold = folds[name]
  if (fold && Array.isArray(first) && values.length === 1) return foldAll(first, fold)
  throw new SyntaxError(`the emulator (not AWS) does not compute this ${name}`)
}

/** Folds the values that the series have at each time; a series without one there is left out. */
function foldAll(list: Value[], fold: (values: number[]) => number): Map<number, number> {
  const series = list.map(value => {
    if (value instanceof Map) return value
    throw new SyntaxError('a list may only hold time series')
  })
  const times = new Set(series.flatMap(one => [...one.keys()]))
  return new Map([...times].map(at => [at, fold(series.flatMap(one => one.get(at) ?? []))]))
}

function combine(a: Value, b: Value, operator: (a: number, b: number) => number): Value {
  if (typeof a === 'number' && typeof b === 'number') return operator(a, b)
  if (Array.isArray(a) || Array.isArray(b)) throw new SyntaxError('a list cannot be an operand')
  const at = (value: number | Map<number, number>, time: number) =>
    typeof value === 'number' ? value : (value.get(time) ?? Number.NaN)
  const times = [a, b].flatMap(value => (typeof value === 'number' ? [] : [...value.keys()]))
  const results = [...new Set(times)].map(time => [time, operator(at(a, time), at(b, time))] as const)
  return new Map(results.filter(([, value]) => Number.isFinite(value)))
}
