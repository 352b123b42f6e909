import { createClient } from 'tidegate'

/** One client for all requests of an isolate. It keeps data only: each request waits for work of its own. */
let flags

// biome-ignore lint/style/noDefaultExport: Workers are default exports
export default {
  /** Serves the shop's page with the checkout that the visitor gets, decided before the HTML leaves. */
  async fetch(request, env, ctx) {
    flags ??= createClient({
      source: env.FLAGS_SOURCE,
      scope: env.FLAGS_SCOPE,
      trust: env.FLAGS_TRUST,
      refresh: { interval: 30_000 },
    })
    // The first requests of an isolate fetch the flags; later ones refresh them behind the response. Without any, the
    // defaults below are served.
    await flags.ready({ timeout: 1_000, waitUntil: (promise) => ctx.waitUntil(promise) }).catch(() => {})

    const known = /(?:^|; )visitor=([\w-]+)/.exec(request.headers.get('cookie') ?? '')?.[1]
    const visitor = known ?? crypto.randomUUID()
    const user = flags.bind({
      targetingKey: visitor,
      country: request.cf?.country,
      path: new URL(request.url).pathname,
    })
    const checkout = user.value('checkout', 'classic')
    const banner = user.value('banner', '')

    const page = new HTMLRewriter()
      .on('main', { element: (main) => void main.setAttribute('data-checkout', checkout) })
      .on('#banner', {
        element: (element) => void (banner ? element.setInnerContent(banner) : element.remove()),
      })
      .transform(await fetch(request))
    const response = new Response(page.body, page)
    response.headers.set('cache-control', 'private')
    if (!known)
      response.headers.append('set-cookie', `visitor=${visitor}; Path=/; Secure; HttpOnly; SameSite=Lax`)
    return response
  },
}
