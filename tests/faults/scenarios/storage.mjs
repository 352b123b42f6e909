import assert from 'node:assert/strict'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileStore } from '../../../js/dist/files.js'
import { localStorageStore } from '../../../js/dist/stores.js'
import { ended, spawnNode } from '../command.mjs'
import { NOTHING, V2, V3 } from '../scenario.mjs'

const unavailable = ({ response }) => response.writeHead(503).end()

/** What may happen to what a client kept. */
export const storage = [
  {
    name: 'corrupted storage',
    expects: { newcomer: NOTHING, codes: ['FETCH_FAILED', 'STORE_FAILED'] },
    run: (scenario) =>
      spoiledStore(scenario, (bytes) => {
        const flips = Array.from({ length: 32 }, (_, at) => {
          const other = Buffer.from(bytes)
          other[Math.floor((at * bytes.length) / 32)] ^= 1 << (at % 8)
          return other
        })
        const cuts = Array.from({ length: 15 }, (_, at) =>
          bytes.subarray(0, Math.floor(((at + 1) * bytes.length) / 16)),
        )
        return [...flips, ...cuts, Buffer.from('<!doctype html>'), Buffer.alloc(100_000, 255)]
      }),
  },
  {
    name: 'emptied storage',
    expects: { newcomer: NOTHING, codes: ['FETCH_FAILED', 'STORE_FAILED'] },
    run: (scenario) => spoiledStore(scenario, () => [Buffer.alloc(0), undefined]),
  },
  {
    name: 'full storage',
    expects: { during: 'v2 STATIC ready', newcomer: 'v2 STATIC ready', codes: ['STORE_FAILED'] },
    async run(scenario) {
      const site = await scenario.site()
      // The browser's: whatever is written is too much, and in private windows it may not even be read.
      const full = () => {
        throw new DOMException('The quota has been exceeded.', 'QuotaExceededError')
      }
      const refused = () => {
        throw new DOMException('The operation is insecure.', 'SecurityError')
      }
      scenario.atEnd(() => delete globalThis.localStorage)
      globalThis.localStorage = { getItem: () => null, setItem: full }
      const visitor = await scenario.visit(site, { store: localStorageStore() })
      scenario.note('before', visitor)
      site.publisher.publish({ flags: V2 })
      await visitor.client.refresh()
      scenario.note('during', visitor)
      globalThis.localStorage = { getItem: refused, setItem: refused }
      await scenario.newcomer(site, { store: localStorageStore() })
      // The disk's: a process that may not write a byte to any file.
      const child = spawnNode('keeper.mjs', [scenario.folder(), site.source, site.publisher.trust, '1'], {
        shell: "trap '' XFSZ; ulimit -f 0; exec",
      })
      const told = JSON.parse(await new Response(child.stdout).text())
      await ended(child)
      assert.equal(told.shown, 'v2 STATIC ready')
      scenario.tell(told.codes)
      delete globalThis.localStorage
      await visitor.client.refresh()
      scenario.note('after', visitor)
    },
  },
  {
    name: 'two tabs',
    // The one whose network shows an older head learns from the other what there is.
    expects: {
      during: 'v2 STATIC ready',
      newcomer: 'v2 STATIC ready',
      after: 'v3 STATIC ready',
      codes: ['FETCH_FAILED'],
    },
    async run(scenario) {
      const store = fileStore(scenario.folder())
      const site = await scenario.site()
      const [one, two] = [await scenario.visit(site, { store }), await scenario.visit(site, { store })]
      scenario.note('before', one)
      scenario.note('before', two)
      site.publisher.publishHead({ kills: ['other'] })
      const killing = site.files.get('head')
      site.publisher.publish({ flags: V2 })
      const newest = site.files.get('head')
      await one.client.refresh()
      site.files.set('head', killing)
      await two.client.refresh()
      for (const each of [one, two]) scenario.note('during', each)
      site.spoil(/./, unavailable)
      await scenario.newcomer(site, { store })
      site.mend()
      site.files.set('head', newest)
      // Both at once, many times.
      for (let round = 0; round < 20; round++) {
        site.publisher.publish(round === 19 ? { flags: V3 } : {})
        await Promise.all([one, two].map(({ client }) => client.refresh()))
      }
      for (const each of [one, two]) scenario.note('after', each)
      site.spoil(/./, unavailable)
      scenario.note('after', await scenario.visit(site, { store }))
    },
  },
]

/**
 * Somebody starts on each of the spoiled states (`undefined`: no file) while the source answers, which writes over it; and somebody
 * else while it does not, who has nothing. At the end the store is sound, and enough to start from.
 */
async function spoiledStore(scenario, spoiledOf) {
  const folder = scenario.folder()
  const store = fileStore(folder)
  const site = await scenario.site()
  const visitor = await scenario.visit(site, { store })
  scenario.note('before', visitor)
  const file = join(folder, readdirSync(folder)[0])
  const sound = readFileSync(file)
  for (const spoiled of spoiledOf(sound)) {
    const spoil = () => (spoiled ? writeFileSync(file, spoiled) : rmSync(file))
    spoil()
    const started = await scenario.visit(site, { store })
    scenario.note('during', started)
    assert.deepEqual(readFileSync(file), sound, 'it was written over')
    spoil()
    site.spoil(/./, unavailable)
    const newcomer = await scenario.newcomer(site, { store })
    site.mend()
    for (const each of [started, newcomer]) each.close()
  }
  site.publisher.publish({ flags: V2 })
  await visitor.client.refresh()
  site.spoil(/./, unavailable)
  scenario.note('after', await scenario.visit(site, { store }))
}
