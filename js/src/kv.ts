/** The part of a Cloudflare KV binding that is needed. */
export interface KvNamespace {
  get(
    key: string,
    options: { readonly type: 'arrayBuffer'; readonly cacheTtl?: number },
  ): Promise<ArrayBuffer | null>
  put(key: string, value: ArrayBuffer | ArrayBufferView): Promise<void>
}
