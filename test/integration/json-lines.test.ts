// The commands that answer lines of JSON, as programs use them: through pipes, in pieces, with bad lines and closed ends.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import test, { suite } from 'node:test'

const bin = join(import.meta.dirname, '../../bin/sallyport')

interface Answered {
  readonly status: number | null
  readonly lines: readonly { readonly [name: string]: unknown }[]
  readonly complaint: string
}

/** @param pieces one write each, the next when the one before was taken */
async function answersTo(args: readonly string[], ...pieces: readonly (string | Uint8Array)[]): Promise<Answered> {
  const child = spawn(bin, args, { stdio: ['pipe', 'pipe', 'pipe'] })
  const closed = once(child, 'close')
  let told = ''
  let complaint = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (told += text))
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()))
  // It may end before it has read everything.
  child.stdin.on('error', () => {})
  for (const piece of pieces) await new Promise((taken) => child.stdin.write(piece, taken))
  child.stdin.end()
  const [status] = (await closed) as [number | null]
  const lines = told.split('\n').filter((line) => line !== '')
  return { status, complaint, lines: lines.map((line) => JSON.parse(line) as { readonly [name: string]: unknown }) }
}

const startsOf = (answer: Answered['lines'][number] | undefined): readonly number[] =>
  ((answer?.['findings'] ?? []) as readonly { start: number }[]).map(({ start }) => start)

const lineOf = (value: unknown): string => `${JSON.stringify(value)}\n`

suite('mask scan, mask apply, mask explain, sql classify', { concurrency: 2 }, () => {
  test('scan tells class, place in UTF-16 units and score, in the order of the lines', async () => {
    const asked = [
      { id: 1, text: '😀 alice@example.com' },
      { id: 'two', text: 'nothing here' },
      { id: { of: 3 }, text: '536-90-4399', classes: ['pii/us-ssn'] },
      { id: null, text: '536-90-4399', classes: ['pii/email'] },
    ]
    const { status, lines } = await answersTo(['mask', 'scan'], asked.map(lineOf).join(''))
    assert.equal(status, 0)
    const places = lines.map(({ id, findings }) => ({
      id,
      found: (findings as { class: string; start: number; end: number; score: number }[]).map((one) => [
        one.class,
        one.start,
        one.end,
        one.score > 0 && one.score <= 1,
      ]),
    }))
    assert.deepEqual(places, [
      { id: 1, found: [['pii/email', 3, 20, true]] },
      { id: 'two', found: [] },
      { id: { of: 3 }, found: [['pii/us-ssn', 0, 11, true]] },
      { id: null, found: [] },
    ])
  })

  test('apply masks; what it tells of a finding has no value', async () => {
    const { status, lines, complaint } = await answersTo(
      ['mask', 'apply'],
      lineOf({ id: 7, text: 'to bob@example.org' }),
    )
    assert.equal(status, 0, complaint)
    assert.equal(lines.length, 1)
    assert.equal(lines[0]?.['id'], 7)
    assert.match(String(lines[0]?.['text']), /^to \S+$/)
    assert.doesNotMatch(JSON.stringify(lines), /bob@example\.org/)
    assert.match(JSON.stringify(lines[0]?.['findings']), /"pii\/email"/)
  })

  test('explain says why', async () => {
    const { status, lines } = await answersTo(['mask', 'explain'], lineOf({ id: 1, text: '4111 1111 1111 1111' }))
    assert.equal(status, 0)
    assert.match(JSON.stringify(lines), /pci\/card/)
  })

  test('classify tells effects, relations and whether all of it was understood', async () => {
    const asked = [
      { id: 1, sql: 'DELETE FROM customers' },
      { id: 2, sql: 'select name from customers' },
      { id: 3, sql: 'selec nothing' },
    ]
    const { status, lines } = await answersTo(['sql', 'classify', '--dialect', 'postgres'], asked.map(lineOf).join(''))
    assert.equal(status, 0)
    const [deleted, read, unknown] = lines
    assert.deepEqual(deleted?.['relations'], [{ name: 'customers', access: 'write' }])
    assert.equal(deleted?.['unfiltered'], true)
    assert.deepEqual([read?.['effects'], read?.['complete']], [['select'], true])
    assert.equal(unknown?.['complete'], false)
  })

  test('however the lines come: in pieces that cut characters, with returns, empty ones, the last without its end', async () => {
    const text = 'é\u2028 carol@example.com'
    // JSON allows the line separator of Unicode as it is; it ends no line.
    const line = Buffer.from(`{"id":1,"text":"${text}"}`)
    const cut = line.indexOf(0xa9)
    const { status, lines } = await answersTo(
      ['mask', 'scan'],
      line.subarray(0, cut),
      line.subarray(cut),
      '\r\n\n  \n',
      '{"id":2,',
      '"text":"x"}',
    )
    assert.equal(status, 0)
    assert.deepEqual(
      lines.map(({ id }) => id),
      [1, 2],
    )
    assert.deepEqual(startsOf(lines[0]), [3])
  })

  test('more than is told at once, and a line longer than a pipe holds', async () => {
    const many = Array.from({ length: 3_000 }, (_, id) => lineOf({ id, text: `user${id}@example.com` }))
    const long = lineOf({ id: 'long', text: `${'word '.repeat(100_000)}dave@example.com` })
    const { status, lines } = await answersTo(['mask', 'apply'], many.join(''), long)
    assert.equal(status, 0)
    assert.deepEqual(
      lines.map(({ id }) => id),
      [...Array.from({ length: 3_000 }, (_, id) => id), 'long'],
    )
    assert.doesNotMatch(String(lines.at(-1)?.['text']), /dave@/)
  })

  test('each answer is there before the next line is asked', async () => {
    const child = spawn(bin, ['mask', 'scan'], { stdio: ['pipe', 'pipe', 'inherit'] })
    const closed = once(child, 'close')
    for (const id of [1, 2, 3]) {
      child.stdin.write(lineOf({ id, text: 'x' }))
      const [answer] = (await once(child.stdout, 'data')) as [Buffer]
      assert.deepEqual(JSON.parse(answer.toString()), { id, findings: [] })
    }
    child.stdin.end()
    assert.deepEqual(await closed, [0, null])
  })

  for (const [what, bad, says] of [
    ['no JSON', '{"id":1,"text":"secret-word', /line 2 of the input is not JSON/],
    ['no text', '{"id":1}\n', /line 2 of the input: text/],
    ['a number for a text', '{"id":1,"text":5}\n', /line 2 of the input: text/],
    ['no object', '7\n', /line 2 of the input/],
  ] as const)
    test(`a bad line (${what}) is named by its number, never by its text, after what was answered before it`, async () => {
      const { status, lines, complaint } = await answersTo(['mask', 'scan'], `${lineOf({ id: 0, text: 'x' })}${bad}`)
      assert.notEqual(status, 0)
      assert.deepEqual(lines, [{ id: 0, findings: [] }])
      assert.match(complaint, says)
      assert.doesNotMatch(complaint, /secret-word/)
    })

  test('a reader that has enough ends it without a complaint', async () => {
    const child = spawn(bin, ['mask', 'scan'], { stdio: ['pipe', 'pipe', 'pipe'] })
    const closed = once(child, 'close')
    let complaint = ''
    child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()))
    child.stdin.on('error', () => {})
    child.stdin.write(lineOf({ id: 1, text: 'x' }))
    await once(child.stdout, 'data')
    child.stdout.destroy()
    for (let id = 2; id < 2_000; id++) child.stdin.write(lineOf({ id, text: 'x' }))
    child.stdin.end()
    await closed
    assert.equal(complaint, '')
  })
})
