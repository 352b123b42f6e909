export const packageName = '@devcycle/bucketing-assembly-script'

const SDK_KEY = 'dvc_server_bench'

/** One feature with one variable for each flag; a feature's targets are its rules, in order. */
export function write({ flags }) {
  return JSON.stringify({
    project: {
      _id: idOf('project', 0),
      key: 'bench',
      a0_organization: 'org_bench',
      settings: { edgeDB: { enabled: false }, optIn: { enabled: false } },
    },
    environment: { _id: idOf('environment', 0), key: 'production' },
    features: flags.map(writeFeature),
    variables: flags.map(({ key }, number) => ({ _id: idOf('variable', number), key, type: 'Boolean' })),
    variableHashes: Object.fromEntries(flags.map(({ key }, number) => [key, number + 1])),
    audiences: {},
  })
}

/** Asks as DevCycle's own Node SDK does: the user as protocol buffer for one flag, as JSON for all. */
export async function open(payload) {
  const { instantiate, ProtobufTypes } = await import('@devcycle/bucketing-assembly-script').then(
    (loaded) => loaded.default ?? loaded,
  )
  const { VariableForUserParams_PB: Params, SDKVariable_PB: Variable, CustomDataType } = ProtobufTypes
  const bucketing = await instantiate()
  const platform = {
    platform: 'NodeJS',
    platformVersion: process.version,
    sdkType: 'server',
    sdkVersion: '1.0.0',
  }
  bucketing.setPlatformData(JSON.stringify({ ...platform, deviceModel: '', hostname: 'bench' }))
  bucketing.setConfigDataUTF8(SDK_KEY, Buffer.from(payload))
  const keys = JSON.parse(payload).variables.map(({ key }) => key)
  const { Boolean: variableType } = ProtobufTypes.VariableType_PB
  const asBuffer = ({ targetingKey, country, plan, age }) => ({
    user_id: targetingKey,
    country: { value: country, isNull: false },
    customData: {
      value: {
        plan: { type: CustomDataType.Str, stringValue: plan },
        age: { type: CustomDataType.Num, doubleValue: age },
      },
      isNull: false,
    },
  })
  const asJson = ({ targetingKey, country, plan, age }) => ({
    user_id: targetingKey,
    country,
    customData: { plan, age },
  })
  return {
    one(user, key) {
      const params = {
        sdkKey: SDK_KEY,
        variableKey: key,
        variableType,
        user: asBuffer(user),
        shouldTrackEvent: false,
      }
      const found = bucketing.variableForUser_PB(Params.encode(Params.create(params)).finish())
      return found !== null && Variable.decode(found).boolValue
    },
    many: (user) =>
      JSON.parse(bucketing.generateBucketedConfigForUser(SDK_KEY, JSON.stringify(asJson(user)))),
    // What no rule serves is left out: the caller's default.
    readMany: ({ variables }) => Object.fromEntries(keys.map((key) => [key, variables[key]?.value ?? false])),
  }
}

function writeFeature({ key, rules }, number) {
  const [on, off] = [idOf('on', number), idOf('off', number)]
  const variation = (_id, name, value) => ({
    _id,
    key: name,
    name,
    variables: [{ _var: idOf('variable', number), value }],
  })
  return {
    _id: idOf('feature', number),
    key,
    type: 'release',
    variations: [variation(on, 'on', true), variation(off, 'off', false)],
    configuration: {
      _id: idOf('configuration', number),
      targets: rules.map((rule, index) => ({
        _id: idOf(`target${index}`, number),
        _audience: {
          _id: idOf(`audience${index}`, number),
          filters: { operator: 'and', filters: [writeFilter(rule)] },
        },
        distribution: [
          { _variation: on, percentage: rule.percent / 100 },
          { _variation: off, percentage: 1 - rule.percent / 100 },
        ].filter(({ percentage }) => percentage > 0),
      })),
    },
  }
}

function writeFilter({ attribute, in: list, above }) {
  const compared = list ? { comparator: '=', values: list } : { comparator: '>', values: [above] }
  if (attribute === 'country') return { type: 'user', subType: 'country', ...compared }
  const dataKeyType = list ? 'String' : 'Number'
  return { type: 'user', subType: 'customData', dataKey: attribute, dataKeyType, ...compared }
}

/** Identifiers are hashed, so they must differ; they look like those of DevCycle's service. */
function idOf(kind, number) {
  return Buffer.from(`${kind}${number}`).toString('hex').slice(-24).padStart(24, '0')
}
