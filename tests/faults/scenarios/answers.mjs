import assert from 'node:assert/strict'
import { NOTHING } from '../scenario.mjs'
import { siege } from '../siege.mjs'

let storms = 0
const ENDLESS = Buffer.alloc(65_536, 'TGF\x01')

/** What a server may answer instead of a file. */
export const answers = [
  {
    name: '200 with HTML',
    expects: { newcomer: NOTHING, codes: ['FRAME_MALFORMED'] },
    run: siege(({ response }) => {
      const page = '<!doctype html><title>Welcome</title><p>Please sign in to this network.'
      response.writeHead(200, { 'content-type': 'text/html' }).end(page)
    }),
  },
  {
    name: '200 with an empty body',
    expects: { newcomer: NOTHING, codes: ['FRAME_TRUNCATED'] },
    run: siege(({ response }) => response.writeHead(200).end()),
  },
  {
    name: '200 with the wrong content-type',
    expects: { during: 'v2 STATIC ready', newcomer: 'v2 STATIC ready' },
    run: siege(
      ({ response, bytes }) => {
        if (bytes) response.writeHead(200, { 'content-type': 'text/html; charset=utf-16' }).end(bytes)
        else response.writeHead(404).end()
      },
      { snapshot: false },
    ),
  },
  {
    name: '304 without a cache',
    expects: { newcomer: NOTHING, codes: ['FETCH_FAILED'] },
    run: siege(({ response, request, path }) => {
      // Where the head was asked for by its ETag, 304 would be in order.
      const stale = request.headers['if-none-match'] ?? '"never-sent"'
      response.writeHead(path === 'head' && stale !== '"never-sent"' ? 503 : 304, { etag: stale }).end()
    }),
  },
  {
    name: '5xx storm',
    expects: { newcomer: NOTHING, codes: ['FETCH_FAILED'] },
    run: siege(
      ({ response }) => {
        storms = (storms + 1) % 5
        response.writeHead(500 + storms, { 'content-type': 'text/plain' }).end('try again')
      },
      {
        options: { refresh: { interval: 100, jitter: 0 } },
        // Ten attempts would fit in here, were failures not to make the next wait longer.
        async during({ site }) {
          const before = site.asked.length
          await new Promise((resolve) => setTimeout(resolve, 1_000))
          assert.ok(site.asked.length - before <= 12, `${site.asked.length - before} requests`)
        },
      },
    ),
  },
  {
    name: 'endless body',
    expects: { newcomer: NOTHING, codes: ['LIMIT_EXCEEDED'] },
    run: siege(
      ({ response }) => {
        response.writeHead(200)
        const timer = setInterval(() => {
          for (let chunk = 0; chunk < 64 && !response.writableNeedDrain; chunk++) response.write(ENDLESS)
        })
        response.on('close', () => clearInterval(timer))
      },
      { options: { timeout: 60_000 } },
    ),
  },
  {
    name: 'slow body',
    expects: { newcomer: NOTHING, codes: ['TIMEOUT'] },
    run: siege(
      ({ response, bytes }) => {
        response.writeHead(200, bytes && { 'content-length': bytes.length })
        let at = 0
        const timer = setInterval(() => response.write((bytes ?? ENDLESS).subarray(at, ++at)), 20)
        response.on('close', () => clearInterval(timer))
      },
      { options: { timeout: 200 } },
    ),
  },
  {
    name: 'redirect to another origin',
    expects: { newcomer: NOTHING, codes: ['FETCH_FAILED'] },
    async run(scenario) {
      // What stands there is authentic; who may write a head must not choose all the same whom clients ask.
      const elsewhere = await scenario.site()
      const { source, files } = elsewhere
      await siege(({ path, response }) => {
        response.writeHead(302, { location: source + path }).end()
      })({
        ...scenario,
        async site(options) {
          const site = await scenario.site(options)
          for (const [path, bytes] of site.files) files.set(path, bytes)
          return site
        },
      })
      assert.ok(elsewhere.asked.length > 0, 'the redirect was followed, and what it led to was refused')
    },
  },
]
