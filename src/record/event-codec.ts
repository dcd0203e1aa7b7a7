// Events as bytes: the layout, and the numbers that stand for words. What every action causes (request, response, done,
// refused) is encoded by hand: no JSON, nothing allocated but in the batch; what a session causes once is JSON in the
// same envelope. Exact both ways: what is decoded equals what was appended, field by field. It belongs to segment
// version 1 (segment-file.ts): changing anything here means a new version there.
//
//   event    = length u32le, kind byte, body
//   request  = session, atMs, upMs, action, label, actions, bits, policies, policyVersion, approval, parts, findings
//   response = session, atMs, upMs, action, blob
//   done     = session, atMs, upMs, action, outcome byte, code, two counts, digest, rows, findings, two counts
//   refused  = session, atMs, upMs, action, label, actions, policies, policyVersion, denial, parts
//   cold     = string (JSON)
//
// Behind its findings a request has, and at its end a done, what there is only sometimes: ignored (a count, which is that of the
// findings, and a string or null for each), and in a done two counts more. An event that ends before has none of it.
//
// A string is as string-table.ts says; a list is its count and its elements; a number is varint n + 1, or 0 and a float.

export { EventDecoder } from './event-decoder.ts'
export { EventEncoder } from './event-encoder.ts'
