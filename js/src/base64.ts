/** Decodes standard base64 without `fetch`, which a content security policy may refuse for `data:`. Throws for anything else. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
}
