/** Somebody who might use the shop. */
export interface Preset {
  readonly id: string
  readonly name: string
  readonly about: string
  readonly context: Readonly<Record<string, unknown>>
}

const chrome =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36'

export const presets: readonly Preset[] = [
  {
    id: 'mila',
    name: 'Mila',
    about: 'Berlin, in the browser, with a full basket',
    context: {
      targetingKey: 'u-7f3k2m9qx4ad',
      accountId: 'a-104117',
      country: 'DE',
      platform: 'web',
      userAgent: chrome,
      cart: { total: 129.5, currency: 'EUR', weightKg: 3.2 },
      address: { city: 'Berlin', postcode: '10117', line1: 'Torstraße 12' },
      consent: { personalisation: true },
      account: { id: 'a-104117', createdAt: '2024-03-08T10:15:00Z', orders: 7, favourites: ['lamps'] },
      nearestStoreKm: 2.1,
    },
  },
  {
    id: 'noah',
    name: 'Noah',
    about: 'Toronto, in the app, version 2.6.1',
    context: {
      targetingKey: 'u-17',
      accountId: 'a-100733',
      country: 'CA',
      platform: 'ios',
      appVersion: '2.6.1',
      cart: { total: 64, currency: 'CAD', weightKg: 1.1 },
      consent: { personalisation: true },
      account: {
        id: 'a-100733',
        createdAt: '2026-09-14T18:02:00Z',
        orders: 1,
        favourites: ['tents', 'stoves', 'boots', 'maps', 'lamps', 'rope'],
      },
      subscriptions: ['newsletter', 'offers'],
    },
  },
  {
    id: 'zuzana',
    name: 'Zuzana',
    about: 'Gold member in München, asked for early access',
    context: {
      targetingKey: 'u-06sw3t22k6fv',
      accountId: 'a-100001',
      country: 'DE',
      platform: 'android',
      appVersion: '3.0.0-beta.4',
      plan: {
        tier: 'gold',
        since: '2025-02-01T00:00:00Z',
        sinceMs: 1738368000000,
        benefits: ['free-shipping', 'returns-60'],
      },
      account: { id: 'a-100001', createdAt: '2023-06-30T08:00:00Z', orders: 31, spentThisYear: 3120 },
      address: { city: 'MÜNCHEN', postcode: '80331' },
      cart: { total: 480, currency: 'EUR', weightKg: 6 },
      preferences: { theme: 'dark' },
      nearestStoreKm: 0.8,
    },
  },
  {
    id: 'iris',
    name: 'Iris',
    about: 'Tests releases at the shop, from the office',
    context: {
      targetingKey: 'u-qa-iris',
      accountId: 'a-100009',
      email: 'iris@qa.shop.example',
      groups: ['qa'],
      roles: ['editor'],
      session: { readOnly: false },
      ip: '203.0.113.24',
      country: 'NL',
      platform: 'web',
      userAgent: chrome,
      cart: { total: 95, currency: 'EUR', weightKg: 24 },
    },
  },
  {
    id: 'visitor',
    name: 'A first visit',
    about: 'No account, no cookie, so no unit to hash',
    context: { country: 'US', platform: 'web', appVersion: '2.4', userAgent: chrome },
  },
  {
    id: 'partner',
    name: 'A partner',
    about: 'A server that reads the catalogue over the API',
    context: {
      targetingKey: 'partner-42',
      accountId: 'a-100932',
      partner: { id: 42, country: 'SE' },
      apiKey: { kind: 'live' },
      ip: '2001:db8:47::10',
      roles: ['integration'],
      userAgent: 'catalogue-sync/4.2',
      platform: 'kiosk',
      appVersion: '2.1.9',
    },
  },
]
