/**
 * The lower triangle L with L·Lᵀ = A, written over A (n × n, row-major; only its lower triangle is read). A direction
 * that the ones before it already span gets an infinite diagonal: solving gives 0 along it, never a huge number.
 */
export function cholesky(a: Float64Array, n: number): Float64Array {
  let largest = 0
  for (let j = 0; j < n; j++) largest = Math.max(largest, a[j * n + j]!)
  for (let j = 0; j < n; j++) {
    const whole = a[j * n + j]!
    let pivot = whole
    for (let k = 0; k < j; k++) pivot -= a[j * n + k]! ** 2
    const isSpanned = pivot <= Math.max(SPANNED * whole, NEGLIGIBLE * largest)
    const diagonal = isSpanned ? Number.POSITIVE_INFINITY : Math.sqrt(pivot)
    a[j * n + j] = diagonal
    for (let i = j + 1; i < n; i++) {
      let sum = a[i * n + j]!
      for (let k = 0; k < j; k++) sum -= a[i * n + k]! * a[j * n + k]!
      a[i * n + j] = sum / diagonal
    }
  }
  return a
}

/** What is left of a direction, squared and as a share of it, that single precision cannot tell from nothing. */
const SPANNED = 1e-7
/** The same as a share of the longest direction. */
const NEGLIGIBLE = 1e-9

/** Solves L·x = b in place, for the lower triangle that `cholesky` gives; b begins at `at`. */
export function solveLower(lower: Float64Array, n: number, b: Float64Array, at = 0): void {
  for (let i = 0; i < n; i++) {
    let sum = b[at + i]!
    for (let k = 0; k < i; k++) sum -= lower[i * n + k]! * b[at + k]!
    b[at + i] = sum / lower[i * n + i]!
  }
}

/** Solves L·Lᵀ·x = b in place. */
export function solve(lower: Float64Array, n: number, b: Float64Array): void {
  solveLower(lower, n, b)
  for (let i = n - 1; i >= 0; i--) {
    let sum = b[i]!
    for (let k = i + 1; k < n; k++) sum -= lower[k * n + i]! * b[k]!
    b[i] = sum / lower[i * n + i]!
  }
}

/** The inverse of A = L·Lᵀ, whole, for the lower triangle that `cholesky` gives. */
export function inverse(lower: Float64Array, n: number): Float64Array {
  const own = new Float64Array(n * n)
  const out = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    // Row i of L⁻¹, and what it adds to L⁻ᵀ·L⁻¹: all along rows, which lie together in memory.
    const at = i * n
    for (let k = 0; k < i; k++) {
      const value = lower[at + k]!
      for (let j = 0; j <= k; j++) own[at + j]! -= value * own[k * n + j]!
    }
    own[at + i] = 1
    for (let j = 0; j <= i; j++) own[at + j]! /= lower[at + i]!
    for (let a = 0; a <= i; a++) {
      const value = own[at + a]!
      for (let b = 0; b <= a; b++) out[a * n + b]! += value * own[at + b]!
    }
  }
  for (let a = 0; a < n; a++) for (let b = 0; b < a; b++) out[b * n + a] = out[a * n + b]!
  return out
}

/** XᵀX of an X with `k` columns, row-major: the lower triangle, the rest is zero. */
export function gram(x: Float32Array, k: number): Float64Array {
  return crossGram(x, x, k)
}

/** The lower triangle of XᵀY for an X and a Y with `k` columns, row-major. */
export function crossGram(x: Float32Array, y: Float32Array, k: number): Float64Array {
  const g = new Float64Array(k * k)
  for (let row = 0; row < x.length; row += k)
    for (let a = 0; a < k; a++) {
      const value = x[row + a]!
      if (value !== 0) for (let b = 0; b <= a; b++) g[a * k + b]! += value * y[row + b]!
    }
  return g
}
