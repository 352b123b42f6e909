import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { root } from '../../js/build/paths.mjs'
import { tidegate } from '../faults/command.mjs'

/** The moment that all pages are of. */
export const NOW = '2026-11-21T12:00:00Z'

/** A folder with projects, and the command run inside it. */
export class Shop {
  folder = mkdtempSync(join(tmpdir(), 'tidegate-pages-'))

  run(...args) {
    return execFileSync(tidegate, args, {
      cwd: this.folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  }

  write(path, text) {
    const full = join(this.folder, path)
    mkdirSync(dirname(full), { recursive: true })
    writeFileSync(full, text)
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** What a flag is called and says that wants to be more than text. */
export const HOSTILE =
  '</p><script>document.title = "owned"</script><img src=x onerror=alert(1)> \'"&amp; \u202egnp.exe'

/** The sample shop with flags in every state, published and then changed; the page that tells of it. */
export function sampleShop() {
  const shop = new Shop()
  cpSync(join(root, 'www', 'flags'), join(shop.folder, 'shop'), { recursive: true })
  shop.write('shop/flags/search.yaml', measured)
  shop.write(
    'shop/flags/slow-search.yaml',
    standing(
      'paused',
      'stage: percent-10, enteredAt: 2026-11-18T09:00:00Z, ceiling: 10, pausedAt: 2026-11-20T09:00:00Z, reason: the index is being rebuilt',
    ),
  )
  shop.write(
    'shop/flags/old-search.yaml',
    standing(
      'rolled_back',
      'stage: percent-5, enteredAt: 2026-11-18T09:00:00Z, reason: "`latency`: 12 % worse, 5 % allowed"',
    ),
  )
  shop.write(
    'shop/flags/hostile.yaml',
    `description: ${JSON.stringify(HOSTILE)}\nowner: ${JSON.stringify(HOSTILE)}\ntype: release\nsalt: h1\ndefault: off\nrules:\n  - name: ${JSON.stringify(HOSTILE)}\n    if: { attribute: plan, in: [${JSON.stringify(HOSTILE)}] }\n    serve: on\nenvironments: { production: {}, staging: {} }\n`,
  )
  shop.write('shop/looks/production/search.ndjson', look)
  shop.run('keygen', '--out', 'keys')
  const destination = ['--environment', 'production', '--key', 'keys/tidegate.key', '--now', NOW]
  shop.run('publish', '--project', 'shop', '--to', 'site', ...destination)
  shop.run(
    'kill',
    'voice-search',
    '--reason',
    'it listens',
    '--at',
    'site',
    '--environment',
    'production',
    '--head-key',
    'keys/tidegate.key',
    '--trust',
    'keys/tidegate.pub',
    '--now',
    NOW,
    '--project',
    'shop',
  )
  shop.write(
    'shop/flags/store-pickup-again.yaml',
    'description: Pick it up in the shop\nsalt: n1\nowner: logistics\ntype: release\ncreatedAt: 2026-01-02\nexpiresAt: 2026-03-01\ndefault: on\nenvironments: { production: {} }\n',
  )
  shop.run(
    'status',
    '--project',
    'shop',
    '--at',
    'site',
    '--trust',
    'keys/tidegate.pub',
    '--html',
    'status.html',
    '--now',
    NOW,
  )
  return shop
}

/** A thousand flags in five environments. */
export function largeShop() {
  const shop = new Shop()
  const environments = ['production', 'canary', 'staging', 'preview', 'development']
  shop.write('large/tidegate.yaml', `project: large\nenvironments: [${environments.join(', ')}]\n`)
  shop.write(
    'large/segments/staff.yaml',
    'owner: platform\nif: { attribute: email, endsWith: "@shop.example" }\n',
  )
  for (let number = 0; number < 1_000; number++) {
    const states = environments.map((environment, index) => {
      const stage = ['first', 'tenth', 'half', 'all'][(number + index) % 4]
      return `  ${environment}: { rollouts: { launch: { status: running, stage: ${stage}, enteredAt: 2026-11-20T09:00:00Z } } }`
    })
    shop.write(
      `large/flags/feature-${number}.yaml`,
      `description: What the flag ${number} of a thousand is for\nowner: team-${number % 40}\ntype: release\nsalt: s${number}\nrules:\n  - { name: staff, if: { segment: staff }, serve: on }\ndefault: { rollout: launch }\nrollouts:\n  launch:\n    from: off\n    to: on\n    gate: { minHold: 2d, approvals: 1 }\n    stages: [{ name: first, share: 1 }, { name: tenth, share: 10 }, { name: half, share: 50 }, { name: all, share: 100 }]\nenvironments:\n${states.join('\n')}\n`,
    )
  }
  shop.run('status', '--project', 'large', '--html', 'status.html', '--now', NOW)
  return shop
}

const standing = (status, state) => `description: Search that knows what people mean
owner: discovery
type: release
risk: high
createdAt: 2026-10-01
clientVisible: true
salt: ${status.replace('_', '-')}
default: { rollout: launch }
rollouts: { launch: { from: off, to: on, holdback: 5 } }
environments: { production: { rollouts: { launch: { status: ${status}, ${state} } } } }
`

const measured = `description: Search that knows what people mean
owner: discovery
type: release
risk: high
createdAt: 2026-10-01
expiresAt: 2026-12-24
clientVisible: true
salt: p5r8t1
default: { rollout: launch }
rollouts:
  launch: { from: off, to: on, holdback: 5, gate: { minHold: 1d, minSample: 1000, approvals: 2, policy: orders } }
environments:
  production:
    rollouts:
      launch:
        status: running
        stage: percent-5
        enteredAt: 2026-11-21T02:00:00Z
        ceiling: 5
        reason: they like it
        approvals: [ana]
`

const look = `${JSON.stringify({
  time: '2026-11-21T11:00:00Z',
  plan: 'launch',
  stage: 'percent-5',
  enteredAt: '2026-11-21T02:00:00Z',
  decision: 'hold',
  reasons: [{ code: 'data-stale', metric: 'failed-orders', message: 'the data ends 45m ago, more than 15m' }],
  metrics: {},
})}\n`
