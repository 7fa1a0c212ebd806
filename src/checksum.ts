/** FNV-1a over 32-bit words, little-endian; a shorter rest counts as zeros. Finds damage, not malice. */
export function checksum(bytes: Uint8Array, from: number): number {
  let hash = 0x811c9dc5
  for (let i = from; i < bytes.length; i += 4) {
    const word =
      bytes[i]! | ((bytes[i + 1] ?? 0) << 8) | ((bytes[i + 2] ?? 0) << 16) | ((bytes[i + 3] ?? 0) << 24)
    hash = Math.imul(hash ^ word, 0x01000193)
  }
  return hash >>> 0
}
