/** How the values of one attribute are spread over generated users. */
export type Field = (
  | { readonly id: string }
  | { readonly weights: Readonly<Record<string, number>> }
  | { readonly from: number; readonly to: number; readonly decimals?: number }
  | { readonly dates: readonly [string, string] }
  | { readonly some: readonly string[] }
  | { readonly chance: number }
) & {
  /** The part of users without the attribute, 0 to 1. */
  readonly absent?: number
}

/** Fields by the dotted path of their attribute. */
export type Spec = Readonly<Record<string, Field>>

export const shopCrowd: Spec = {
  targetingKey: { id: 'u-' },
  accountId: { id: 'a-', absent: 0.15 },
  country: { weights: { DE: 44, US: 18, CA: 9, FR: 12, NL: 7, JP: 10 } },
  platform: { weights: { web: 55, ios: 25, android: 20 } },
  appVersion: { weights: { '3.0.0': 20, '2.6.1': 35, '2.4.0': 25, '2.2.7': 12, '2.1.0': 8 } },
  'plan.tier': { weights: { basic: 70, gold: 24, platinum: 6 }, absent: 0.3 },
  'plan.benefits': { some: ['free-shipping', 'returns-60'], absent: 0.6 },
  'cart.total': { from: 5, to: 400, decimals: 2 },
  'cart.currency': { weights: { EUR: 70, USD: 30 } },
  'cart.weightKg': { from: 0, to: 30, decimals: 1 },
  'address.postcode': { weights: { '10117': 20, '10437': 15, '80331': 30, '20095': 35 } },
  'account.createdAt': { dates: ['2022-01-01', '2026-11-20'] },
  'account.orders': { from: 0, to: 40 },
  'account.favourites': { some: ['lamps', 'tents', 'boots', 'maps', 'rope', 'stoves', 'mugs'] },
  'consent.personalisation': { chance: 0.7, absent: 0.1 },
  subscriptions: { some: ['newsletter', 'offers', 'events'], absent: 0.4 },
  nearestStoreKm: { from: 0, to: 60, decimals: 1, absent: 0.2 },
}

/** Reads a spec. Throws an `Error` that names the field and what was expected. */
export function parseSpec(text: string): Spec {
  const spec: unknown = JSON.parse(text)
  if (!isRecord(spec)) throw new Error('A crowd is an object: { "attribute": { … }, … }')
  for (const [path, field] of Object.entries(spec)) {
    if (!isField(field))
      throw new Error(
        `${path}: expected one of { "id": "u-" }, { "weights": { … } }, { "from", "to" }, { "dates": [ …, … ] }, { "some": [ … ] }, { "chance": 0.5 }`,
      )
  }
  return spec as Spec
}

function isField(field: unknown): boolean {
  if (!isRecord(field)) return false
  const { id, weights, from, to, dates, some, chance, absent = 0 } = field
  if (typeof absent !== 'number') return false
  if (typeof id === 'string' || typeof chance === 'number') return true
  if (typeof from === 'number' && typeof to === 'number') return from <= to
  if (Array.isArray(some)) return true
  if (Array.isArray(dates))
    return dates.length === 2 && dates.every((date) => !Number.isNaN(Date.parse(date)))
  return isRecord(weights) && Object.values(weights).some((weight) => Number(weight) > 0)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
