import { createClient } from 'packed'
import { examine } from './exam.js'
import { digestChunks } from './million.js'

// biome-ignore lint/style/noDefaultExport: Workers export their handlers so.
export default {
  async fetch(request) {
    const body = await request.json()
    if (new URL(request.url).pathname === '/examine') return Response.json(await examine(createClient, body))
    const { million, trust, from, to } = body
    return Response.json(await digestChunks(createClient, million, trust, from, to))
  },
}
