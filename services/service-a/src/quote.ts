/** Where a parcel goes, seen from the warehouse. */
type Zone = 'domestic' | 'neighbour' | 'world'

/** A parcel to be priced: whole grams and whole millimetres. */
export type Parcel = {
  readonly weightGrams: number
  readonly lengthMillimetres: number
  readonly widthMillimetres: number
  readonly heightMillimetres: number
  readonly zone: Zone
}

/** The price of a parcel in euro cents, and the weight in grams that it was computed from. */
export type Quote = {
  readonly currency: 'EUR'
  readonly amountCents: number
  readonly billableGrams: number
}

/** What reading a request gives: a parcel, or everything that is wrong with it. */
export type ParcelResult =
  | { readonly ok: true; readonly parcel: Parcel }
  | { readonly ok: false; readonly problems: readonly string[] }

const TARIFF: Readonly<
  Record<Zone, { readonly baseCents: number; readonly centsPerStartedKilogram: number }>
> = {
  domestic: { baseCents: 390, centsPerStartedKilogram: 60 },
  neighbour: { baseCents: 890, centsPerStartedKilogram: 140 },
  world: { baseCents: 1_590, centsPerStartedKilogram: 620 },
}

const LIMITS = {
  weightGrams: 31_500,
  lengthMillimetres: 1_200,
  widthMillimetres: 600,
  heightMillimetres: 600,
} as const

/** 5,000 cubic centimetres weigh a kilogram: the usual volumetric divisor of parcel carriers. */
const CUBIC_MILLIMETRES_PER_GRAM = 5_000

/** Prices a parcel by its real or its volumetric weight, whichever is more. */
export function quote(parcel: Parcel): Quote {
  const volume = parcel.lengthMillimetres * parcel.widthMillimetres * parcel.heightMillimetres
  const billableGrams = Math.max(parcel.weightGrams, Math.ceil(volume / CUBIC_MILLIMETRES_PER_GRAM))
  const { baseCents, centsPerStartedKilogram } = TARIFF[parcel.zone]
  const amountCents = baseCents + Math.ceil(billableGrams / 1_000) * centsPerStartedKilogram
  return { currency: 'EUR', amountCents, billableGrams }
}

/** Reads a parcel from a request's JSON and reports all of its problems together. */
export function readParcel(value: unknown): ParcelResult {
  if (!isRecord(value)) return { ok: false, problems: ['the body must be a JSON object'] }
  const problems = [
    ...Object.entries(LIMITS).flatMap(([field, most]) => measureProblem(field, value[field], most)),
    ...(isZone(value.zone) ? [] : [`zone must be one of ${Object.keys(TARIFF).join(', ')}`]),
  ]
  return problems.length > 0 ? { ok: false, problems } : { ok: true, parcel: value as Parcel }
}

function measureProblem(field: string, value: unknown, most: number): string[] {
  const fits = Number.isInteger(value) && Number(value) >= 1 && Number(value) <= most
  return fits ? [] : [`${field} must be a whole number from 1 to ${most}`]
}

function isZone(value: unknown): value is Zone {
  return typeof value === 'string' && Object.hasOwn(TARIFF, value)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
