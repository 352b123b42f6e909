/**
 * The properties that only this package reads and writes, and that its modules therefore shorten.
 *
 * Every object with a property of such a name is meant: none may be of the public types, an export of the runtime, or
 * asked of what the platform made.
 */
export const internalNames = [
  ...['words', 'floats', 'bytes', 'view', 'word', 'float', 'runtime'],
  ...['path', 'need', 'offset', 'place'],
  ...['info', 'fingerprint', 'keys', 'attributes', 'one'],
  ...['values', 'text', 'ruleCount'],
  ...['start', 'failures'],
  ...['event', 'emit', 'plan', 'stop'],
  ...['loopback', 'retryAfter', 'pull', 'accept'],
]
