/**
 * What is fuzzed: the longest input in bytes, the dictionary if there is one, and whether inputs may be long from the
 * start: the first bytes of some only choose what the later ones mean.
 */
export const targets = {
  frame: { longest: 4_096, dictionary: 'frame' },
  root: { longest: 1_024, dictionary: 'document' },
  head: { longest: 1_024, dictionary: 'document' },
  chain: { longest: 600, longAtOnce: true },
  payload: { longest: 8_192, dictionary: 'payload' },
  evaluate: { longest: 512, dictionary: 'payload', longAtOnce: true },
  model: { longest: 12_288, dictionary: 'model' },
}
