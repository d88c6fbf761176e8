import { wildcard } from '../iam/wildcard.ts'
import { pageOf } from '../protocol/json-input.ts'
import type { Xml } from '../protocol/xml.ts'
import { ec2Error, type Filters } from './input.ts'

/** How a request names items of a type: by ids, which all have to exist, or by filters, which need not match any. */
export type Selection<Item> = {
  ids: string[]
  filters: Filters
  /** What an id begins with, as in `subnet-`. */
  prefix: string
  /** The errors for an id that no item has, and for what is not an id. */
  codes: { missing: string; malformed: string }
  missing: (id: string) => string
  /** The attributes that this emulator can filter by. */
  attributes: Record<string, (item: Item) => string>
}

// Amazon EC2 user guide, "List and filter your resources": filter values in a request.
const mostValues = 200

/** The items that a request asks for. */
export function select<Item extends { id: string }>(items: Item[], selection: Selection<Item>): Item[] {
  const { ids, filters } = selection
  checkIds(items, selection)
  checkFilters(selection)
  return items.filter(
    item =>
      (ids.length === 0 || ids.includes(item.id)) &&
      filters.every(({ Name, Value }) =>
        Value.some(value => wildcard(value, attributeOf(selection, Name, item))),
      ),
  )
}

/** One page of a set, as EC2 prints it: in items, with the token of the next page. */
export function printPage<Item>(
  name: string,
  items: Item[],
  { MaxResults: size, NextToken: token }: { MaxResults: number; NextToken?: string },
  print: (item: Item) => Xml,
): Xml {
  const refuse = (message: string) => ec2Error('InvalidNextToken', message)
  const { page, next } = pageOf(items, { token, size }, refuse)
  return { [name]: { item: page.map(print) }, nextToken: next }
}

function checkIds<Item extends { id: string }>(items: Item[], selection: Selection<Item>): void {
  const { ids, prefix, codes, missing } = selection
  const isId = (id: string) => new RegExp(`^${prefix}[0-9a-f]+$`).test(id)
  const malformed = ids.find(id => !isId(id))
  if (malformed !== undefined)
    throw ec2Error(codes.malformed, `Invalid id: "${malformed}" (expecting "${prefix}...")`)
  const unknown = ids.find(id => !items.some(item => item.id === id))
  if (unknown !== undefined) throw ec2Error(codes.missing, missing(unknown))
}

function checkFilters<Item>({ filters, attributes }: Selection<Item>): void {
  const unknown = filters.find(({ Name }) => !Object.hasOwn(attributes, Name))
  if (unknown !== undefined) {
    const known = Object.keys(attributes).join(', ')
    const message = `The filter '${unknown.Name}' is invalid: the emulator knows ${known}`
    throw ec2Error('InvalidParameterValue', message)
  }
  if (filters.flatMap(({ Value }) => Value).length <= mostValues) return
  const message = `The maximum number of filter values specified on a single call is ${mostValues}`
  throw ec2Error('FilterLimitExceeded', message)
}

function attributeOf<Item>({ attributes }: Selection<Item>, name: string, item: Item): string {
  return attributes[name]?.(item) ?? ''
}
