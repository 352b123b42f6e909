/** Tidegate from its packed tarball, through the API that the README shows. */
export const packageName = 'tidegate'

/** What `open` offers, by what is asked in which way. */
const ways = {
  fresh: (flags) => ({
    one: (user, key) => flags.value(key, false, user),
    many: (user) => flags.all(user),
  }),
  bound: (flags) => ({
    input: (user) => flags.bind(user),
    one: (user, key) => user.value(key, false),
    many: (user) => user.all(),
  }),
  details: (flags) => ({
    one: (user, key) => flags.details(key, false, user).value,
  }),
  boundDetails: (flags) => ({
    input: (user) => flags.bind(user),
    one: (user, key) => user.details(key, false).value,
  }),
  bind: (flags) => ({
    one: (user) => flags.bind(user),
    read: (binding, key) => binding.value(key, false),
  }),
  bindAndAsk: (flags) => ({
    one: (user, key) => flags.bind(user).value(key, false),
  }),
}

/** `payload` is a signed frame, `trust` the key that clients pin, `entry` a module that exports the installed package. */
export async function open(payload, { way, entry, trust, scope }) {
  const { createClient } = await import(entry)
  const flags = createClient({ bootstrap: payload, trust, scope })
  await flags.ready()
  return { ...ways[way](flags), close: () => flags.close() }
}
