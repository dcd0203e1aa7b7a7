/** Fewer are copied sooner one by one than by a call, which wants a view of them. */
const callBytes = 64

/** `from[start..end)` to `to`, from `at` on. Within one array only towards its beginning. */
export function copyBytes(from: Uint8Array, start: number, end: number, to: Uint8Array, at: number): void {
  if (from === to && start === at) return
  if (end - start < callBytes) for (let i = start; i < end; i++) to[at + i - start] = from[i] ?? 0
  else to.set(start === 0 && end === from.length ? from : from.subarray(start, end), at)
}
