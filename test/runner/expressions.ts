import { data, Evaluator, Lexer, Parser } from '@actions/expressions'

/** The contexts of an expression: `github`, `inputs`, `needs` and so on, as plain values. */
export type Contexts = Readonly<Record<string, unknown>>

/** How earlier steps or jobs ended; `skipped` if none failed and one was skipped. */
export type Status = 'success' | 'failure' | 'cancelled' | 'skipped'

/** Evaluates with GitHub's own evaluator (@actions/expressions) and returns a plain value. */
function evaluate(expression: string, contexts: Contexts, status: Status = 'success'): unknown {
  const functions = statusFunctions(status)
  const { tokens } = new Lexer(expression).lex()
  const parsed = new Parser(tokens, Object.keys(contexts), functions).parse()
  const values = JSON.parse(JSON.stringify(contexts), data.reviver) as data.Dictionary
  const table = new Map(functions.map(one => [one.name.toLowerCase(), one]))
  const result = new Evaluator(parsed, values, table).evaluate()
  return JSON.parse(JSON.stringify(result, data.replacer))
}

function statusFunctions(status: Status) {
  const define = (name: string, value: boolean) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(value),
  })
  return [
    define('success', status === 'success'),
    define('failure', status === 'failure'),
    define('cancelled', status === 'cancelled'),
    define('always', true),
  ]
}

const placeholder = /\$\{\{(.*?)\}\}/gs

/** Replaces the expressions in a text. A text that is a single expression becomes its value, of any type. */
export function fill(value: unknown, contexts: Contexts, status?: Status): unknown {
  if (typeof value !== 'string') return value
  const [whole] = [...value.matchAll(placeholder)]
  if (whole !== undefined && whole[0] === value.trim()) return evaluate(whole[1] as string, contexts, status)
  return value.replace(placeholder, (_, expression) => print(evaluate(expression, contexts, status)))
}

/** Replaces the expressions in every value of a mapping, such as a step's environment or inputs. */
export function fillAll(
  values: Readonly<Record<string, unknown>> | undefined,
  contexts: Contexts,
): Record<string, string> {
  const entries = Object.entries(values ?? {})
  return Object.fromEntries(entries.map(([name, value]) => [name, print(fill(value, contexts))]))
}

/** Prints a value like GitHub: null as an empty string. */
export function print(value: unknown): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

const namesStatus = /\b(success|failure|cancelled|always)\s*\(/

/** Whether an `if` is true. Without a status function it also requires earlier success. */
export function holds(condition: unknown, contexts: Contexts, status: Status): boolean {
  const text = print(condition ?? 'true').trim()
  const expression = /^\$\{\{(.*)\}\}$/s.exec(text)?.[1] ?? text
  const whole = namesStatus.test(expression) ? expression : `success() && (${expression})`
  return Boolean(evaluate(whole, contexts, status))
}
