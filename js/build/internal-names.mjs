/**
 * The properties that only this package reads and writes, and that its modules therefore shorten.
 *
 * Every object with a property of such a name is meant: none may be of the public types, an export of the runtime, or
 * asked of what the platform made.
 */
export const internalNames = [
  ...['calls', 'words', 'floats', 'octets', 'view', 'word', 'float', 'runtime'],
  ...['path', 'need', 'offset', 'place'],
  ...['info', 'expired', 'fingerprint', 'keys', 'inputs', 'one'],
  ...['kind', 'timed', 'values', 'text', 'ruleCount'],
  ...['start', 'frameLength', 'headVersion', 'rootVersion', 'state', 'wanted', 'current'],
  ...['failure', 'restore', 'save'],
  ...['plan', 'stop'],
]
