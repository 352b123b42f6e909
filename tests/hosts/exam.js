import { readContext } from './written.js'

/**
 * Asks a host's `createClient` everything in `index.json` but the million units.
 *
 * Runs anywhere: it uses nothing that Node, workerd and browsers do not share.
 */
export async function examine(createClient, index) {
  const cases = await examineSuites(createClient, index)
  const refusals = await examineErrors(createClient, index)
  return {
    cases: cases.count,
    refusals: refusals.count,
    failures: [...cases.failures, ...refusals.failures],
  }
}

async function examineSuites(createClient, { suites, trust }) {
  const failures = []
  let count = 0
  for (const { title, scope, issuedAt, frame, cases } of suites) {
    let clock = issuedAt
    const client = createClient({ bootstrap: frame, scope, trust: trust.trusted, now: () => clock })
    await client.ready()
    for (const question of cases) {
      count++
      clock = question.now
      failures.push(...differences(client, question).map((difference) => `${title} › ${difference}`))
    }
    client.close()
  }
  return { count, failures }
}

async function examineErrors(createClient, { errors, trust }) {
  const failures = []
  const check = (found, expected, name) => {
    if (found !== expected) failures.push(`errors.json › ${name}: ${found}, not ${expected}`)
  }
  const [{ scope, steps }] = errors.frames
  const refusal = (options) =>
    createClient({ bootstrap: steps[0].frame, now: () => steps[0].now, ...options })
      .ready()
      .then(
        () => 'APPLIED',
        (error) => error.code,
      )
  for (const refused of errors.trust)
    check(await refusal({ scope, trust: refused.trust }), refused.expect, refused.name)
  for (const refused of errors.scopes) {
    check(await refusal({ scope: refused.scope, trust: trust.trusted }), refused.expect, refused.name)
  }
  for (const { name, trust, scope, steps } of errors.frames) {
    const loader = openLoader(createClient, { trust, ...(scope && { scope }) })
    for (const [position, step] of steps.entries()) {
      const place = `${name}, step ${position}`
      check(await loader.load(step), step.expect, place)
      if (step.then)
        failures.push(...differences(loader.client, step.then).map((difference) => `${place}: ${difference}`))
    }
    loader.client.close()
  }
  const count =
    errors.trust.length + errors.scopes.length + errors.frames.length + Object.keys(errors.codes).length
  return { count, failures }
}

/** A client whose source answers with one frame after the other. */
function openLoader(createClient, options) {
  let current
  let refused
  const open = () => {
    const client = createClient({
      ...options,
      // Each case begins without a memory of others.
      store: false,
      source: 'https://flags.example/frame',
      allowDevKeys: true,
      refresh: false,
      now: () => current.now,
      fetch: async () => new Response(Uint8Array.from(atob(current.frame), (byte) => byte.charCodeAt(0))),
    })
    client.on('error', (error) => {
      refused = error.code
    })
    return client
  }
  return {
    client: undefined,
    /** `APPLIED`, `UNCHANGED` or the code of the refusal. */
    async load(step) {
      current = step
      refused = undefined
      this.client ??= open()
      const applied = await this.client.refresh()
      await new Promise((resolve) => setTimeout(resolve))
      return refused ?? (applied ? 'APPLIED' : 'UNCHANGED')
    },
  }
}

/** What the answer to a case has otherwise than expected, a line each. */
function differences(client, { name, flag, default: fallback, context, expect }) {
  const { flagMetadata, ...details } = client.details(flag, fallback, readContext(context))
  const found = {
    ...{ variant: null, errorCode: null, ruleIndex: null, rule: null, arm: 'none' },
    ...details,
    exit: flagMetadata.exit ?? null,
    stage: flagMetadata.stage ?? null,
    bucket: flagMetadata.bucket ?? null,
    nextChange: flagMetadata.nextChangeAt ?? null,
  }
  return Object.entries(expect)
    .filter(([field, expected]) => field !== 'hash' && !isSame(found[field], expected))
    .map(
      ([field, expected]) =>
        `${name}: ${field} is ${JSON.stringify(found[field])}, not ${JSON.stringify(expected)}`,
    )
}

function isSame(one, other) {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null)
    return one === other
  const names = Object.keys(one)
  return (
    Array.isArray(one) === Array.isArray(other) &&
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && isSame(one[name], other[name]))
  )
}
