import { createClient } from 'tidegate'
import { cacheStore, kvSource } from 'tidegate/stores'

let flags

// biome-ignore lint/style/noDefaultExport: Workers are default exports
export default {
  /** Answers with every flag for a visitor, from rules that were published to a KV namespace. */
  async fetch(request, env, ctx) {
    flags ??= createClient({
      // The files of `tidegate publish`, under keys such as `production/server/head`.
      source: kvSource(env.FLAGS, { prefix: 'production/server/' }),
      // A new isolate starts from what another one in its data centre verified, and asks KV behind the response.
      store: cacheStore(),
      scope: env.FLAGS_SCOPE,
      trust: env.FLAGS_TRUST,
      refresh: { interval: Number(env.FLAGS_INTERVAL) },
    })
    await flags.ready({ timeout: 1_000, waitUntil: (promise) => ctx.waitUntil(promise) }).catch(() => {})

    const { searchParams } = new URL(request.url)
    const visitor = { targetingKey: searchParams.get('visitor'), country: request.cf?.country }
    return Response.json({
      status: flags.status,
      version: flags.snapshot?.version,
      flags: flags.all(visitor),
    })
  },
}
