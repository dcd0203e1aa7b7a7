// The body of an answer, as far as it may be read: who answers may go on without end.

export async function readBody(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Uint8Array | 'too large'> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body) {
    length += chunk.length
    // Leaving the loop ends the connection: what would come is not waited for.
    if (length > maxBytes) return 'too large'
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
