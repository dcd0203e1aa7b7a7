// How text is masked, as a protocol sees it: it shows a value, or a stream of pieces of one value, and puts back what it
// is given. What is a finding, who may see which class and what replaces it is mask/'s and authorize/'s business.

import type { FieldContext } from './action.ts'
import type { Coverage, Finding } from './finding.ts'

export interface ValueMasker {
  /**
   * One whole value, `bytes[start..end)`.
   * @returns null when it passes unchanged (the common case, no allocation); otherwise the bytes that replace it.
   *   A detector that fails masks the whole value (G5); this never throws.
   */
  value(bytes: Uint8Array, start: number, end: number, field: FieldContext): Uint8Array | null
  /**
   * A row begins: values that stand beside each other, so that one may name another. To be said of every row before its first
   * value; what the row before was told is forgotten with it.
   * @param columns of its values in their order; the same object for rows of the same columns
   * @returns null, the common case, when no value of such a row names another; otherwise what is to be told of the row first
   */
  row?(columns: readonly RowColumn[]): RowNames | null
}

export interface RowColumn {
  readonly field: FieldContext
}

/** Of one row, before any value of it is shown: where a name stands in the row is the asker's choice. */
export interface RowNames {
  /** The places in the row of those values that name others, in rising order. */
  readonly columns: readonly number[]
  /** The value in one of these columns, when it has one, as it is meant and not as it is masked. */
  tell(column: number, bytes: Uint8Array, start: number, end: number): void
}

/** Bound to one session: the classes its principal may view are already decided. Text is UTF-8 bytes throughout. */
export interface Masker extends ValueMasker {
  /**
   * For many values that lie in the same bytes and are shown now, in rising order: one look at all of them spares most a look of
   * their own. It gives the same answers, and is forgotten before the bytes change.
   */
  over?(bytes: Uint8Array, values: ValuePlaces): ValueMasker
  /** A value that arrives in pieces; any cut gives the same joined output (G5). */
  stream(field: FieldContext): MaskStream
  /**
   * The masker for what a tool is given, by the tool's name: values that were kept from the target may be put back there.
   * null when nobody can say which tool it is, and then nothing is put back.
   */
  towards(tool: string | null): Masker
  /** Findings and coverage since the last drain; called when an action ends. */
  drain(): { readonly findings: readonly Finding[]; readonly coverage: Readonly<Coverage> }
}

/** Where values lie in some bytes, in rising order: the first `count` of each. */
export interface ValuePlaces {
  readonly starts: Uint32Array
  readonly ends: Uint32Array
  readonly count: number
}

export interface MaskStream {
  /**
   * @returns what may be released now. The same object when the whole piece passes and nothing was held back before it;
   *   empty when all of it is held. Held bytes are bounded by the longest detector.
   */
  push(piece: Uint8Array): Uint8Array
  /** The value is over: what was held back, masked. The stream is ready for the next value. */
  end(): Uint8Array
}

/**
 * Knows where text lies inside a protocol's bytes. Written by a plug-in, called by the journey, so that no response byte
 * can be released without having been carried. Stateful: one per response, fed in order.
 */
export interface Carrier {
  /**
   * @returns the same object when nothing changed (G6); bytes with only the masked spans replaced otherwise, valid until the
   *   next call. May hold back.
   */
  carry(chunk: Uint8Array, masker: Masker): Uint8Array
  /** The response is over: bytes that were held back. */
  finish(masker: Masker): Uint8Array
  /**
   * What the record keeps of released bytes, where a client must get as it came what the record must not hold: text that a
   * model signed. Absent, and the same object as a rule: the same bytes. Fed in order.
   * @param masker makes the masker of the record, which masks for everybody
   */
  toRecord?(released: Uint8Array, masker: () => Masker): Uint8Array
  /** What the record gets besides, at the end. */
  finishRecord?(masker: () => Masker): Uint8Array
}

/**
 * What the target is not to see, on its way there and back: tokens in place of values, and values again in place of tokens.
 * One exchange's, and stateless beyond it: a conversation that is sent again makes the same tokens of the same values.
 */
export interface Pseudonyms {
  /** Masks what is sent; its parts are shown to it in the order in which they stand. */
  readonly outward: Masker
  /** @returns a masker that puts back what `outward` replaced, where that is allowed, in what `inward` lets pass */
  restoring(inward: Masker): Masker
}
