// Where sealed bytes go: the log's tiles, its checkpoint, and encrypted payloads. A folder or a bucket; whoever holds it
// can destroy but not forge, so nothing here is trusted when it is read back.

/** Keys are relative paths of `[A-Za-z0-9._-]` segments, none of them `.` or `..`. */
export interface ObjectStore {
  /**
   * Writes once, durable when it resolves. The same bytes again are fine (a repeated round after a crash).
   * @throws Fault `record.corrupt` when other bytes are there already, `record.unavailable` when it cannot write
   */
  put(key: string, bytes: Uint8Array): Promise<void>
  /** For the one object that changes, the checkpoint: atomic and durable, a reader sees the old one or the new one. */
  replace(key: string, bytes: Uint8Array): Promise<void>
  /** null when it is not there. @throws Fault `record.unavailable` for anything else */
  get(key: string): Promise<Uint8Array | null>
  /** Keys that begin with `prefix`, sorted by UTF-16 code units; of a folder, only what was written whole. */
  list(prefix: string): Promise<readonly string[]>
  /** For partial tiles that a fuller one replaced; fine when it is not there. */
  remove(key: string): Promise<void>
}
