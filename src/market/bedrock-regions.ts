/** The AWS region that an address of Bedrock names; undefined for a proxy's. */
export function bedrockRegion(address: string): string | undefined {
  return /bedrock-runtime(?:-fips)?\.([a-z0-9-]+)\./.exec(address)?.[1]
}

/** False for a Bedrock model whose inference profile belongs to another part of the world than the address does. */
export function isCallableFrom(baseUrl: string, model: string): boolean {
  const region = bedrockRegion(baseUrl)
  const [, prefix = ''] = /^([a-z-]+)\.[a-z0-9]+\./.exec(model) ?? []
  const from = CALLED_FROM.get(prefix)
  return region === undefined || from === undefined || from.test(region)
}

/**
 * Where Bedrock's geographic inference profiles can be called from: the prefix of the model's id against the AWS region.
 * https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html
 */
const CALLED_FROM: ReadonlyMap<string, RegExp> = new Map(
  Object.entries({
    us: /^(us-(?!gov)|ca-)/,
    'us-gov': /^us-gov-/,
    eu: /^(eu|il|me)-/,
    apac: /^ap-/,
    au: /^ap-southeast-/,
    jp: /^ap-northeast-/,
  }),
)
