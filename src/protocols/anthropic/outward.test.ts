// What goes to the API in place of the text that it is not to see, and what goes as it came.

import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { describe, test } from 'node:test'
import { cardMask, FakeMasker, mailMask } from '../../../test/harness/fake-masker.ts'
import { toOutward, whyUnreadable } from './outward.ts'
import type { Endpoint } from './route.ts'

const mail = 'alice@example.com'
const card = '4111111111111111'

function outward(endpoint: Endpoint, body: string): string {
  const bytes = Buffer.from(body)
  const sent = toOutward(endpoint, bytes, new FakeMasker())
  if (sent === bytes) return body
  return Buffer.from(sent).toString()
}

describe('replaced in a Messages request', () => {
  for (const [what, before, after] of [
    ['a prompt', `{"messages":[{"role":"user","content":"I am ${mail} "}]}`, `{"messages":[{"role":"user","content":"I am ${mailMask} "}]}`],
    ['a text block', `{"messages":[{"role":"user","content":[{"type":"text","text":"${mail}"}]}]}`, `{"messages":[{"role":"user","content":[{"type":"text","text":"${mailMask}"}]}]}`],
    ['the system prompt', `{"system":[{"type":"text","text":"${mail}"}],"messages":[]}`, `{"system":[{"type":"text","text":"${mailMask}"}],"messages":[]}`],
    ['the result of a tool', `{"messages":[{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"${card}"}]}]}`, `{"messages":[{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"${cardMask}"}]}]}`],
    ['the input of a tool, deep inside', `{"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"n","input":{"type":"${mail}","a":[{"id":"${card}"}]}}]}]}`, `{"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"n","input":{"type":"${mailMask}","a":[{"id":"${cardMask}"}]}}]}]}`],
    ['a document of text', `{"messages":[{"role":"user","content":[{"type":"document","source":{"type":"text","media_type":"text/plain","data":"${mail}"}}]}]}`, `{"messages":[{"role":"user","content":[{"type":"document","source":{"type":"text","media_type":"text/plain","data":"${mailMask}"}}]}]}`],
    ['a document whose type comes twice, as text and as something else', `{"messages":[{"role":"user","content":[{"type":"document","source":{"type":"base64","type":"text","media_type":"text/plain","data":"${mail}"}}]}]}`, `{"messages":[{"role":"user","content":[{"type":"document","source":{"type":"base64","type":"text","media_type":"text/plain","data":"${mailMask}"}}]}]}`],
    ['thought that may be something else', `{"messages":[{"role":"assistant","content":[{"type":"text","thinking":"${mail}","\u0074ype":"thinking"}]}]}`, `{"messages":[{"role":"assistant","content":[{"type":"text","thinking":"${mailMask}","\u0074ype":"thinking"}]}]}`],
    ['what a summary is to keep in mind', `{"messages":[],"context_management":{"edits":[{"type":"compact_20260112","instructions":"Ask ${mail}"}]}}`, `{"messages":[],"context_management":{"edits":[{"type":"compact_20260112","instructions":"Ask ${mailMask}"}]}}`],
    ['a member that nobody knows', `{"messages":[],"memories":[{"note":"${mail}"}]}`, `{"messages":[],"memories":[{"note":"${mailMask}"}]}`],
    ['escaped text', `{"messages":[{"role":"user","content":"\\u0061lice@example.com\\n"}]}`, `{"messages":[{"role":"user","content":"${mailMask}\\n"}]}`],
  ] as const) test(what, () => assert.equal(outward('message', before), after)) // prettier-ignore
})

describe('replaced in what is sent to a path of its own', () => {
  for (const [what, before, after] of [
    ['events of a session', `{"events":[{"type":"user.message","content":[{"type":"text","text":"${mail}"}]}]}`, `{"events":[{"type":"user.message","content":[{"type":"text","text":"${mailMask}"}]}]}`],
    ['texts', `{"input":["${mail}",7],"model":"m"}`, `{"input":["${mailMask}",7],"model":"m"}`],
    ['one of a list', ` [{"prompt":"${mail}"},7]`, ` [{"prompt":"${mailMask}"},7]`],
  ] as const) test(what, () => assert.equal(outward('other', before), after)) // prettier-ignore
})

describe('as it came', () => {
  for (const [what, endpoint, body] of [
    ['thinking and its signature', 'message', `{"messages":[{"role":"assistant","content":[{"type":"thinking","thinking":"${mail}","signature":"${card}"},{"type":"redacted_thinking","data":"${card}"}]}]}`],
    ['a picture', 'message', `{"messages":[{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"${card}"}}]}]}`],
    ['names and ids', 'message', `{"messages":[{"role":"user","content":[{"type":"tool_result","tool_use_id":"${card}","content":[]}]}]}`],
    ['tools, settings and credentials', 'message', `{"model":"${mail}","tools":[{"name":"n","description":"${mail}"}],"metadata":{"user_id":"${card}"},"mcp_servers":[{"authorization_token":"${card}"}],"messages":[]}`],
    ['files', 'file', `{"messages":"${mail}"}`],
    ['what is no JSON', 'other', `not JSON ${mail}`],
    ['what is no object', 'other', `["${mail}"]`],
    ['whom an administrator invites', 'other', `{"email":"${mail}","role":"user"}`],
    ['nothing', 'other', ''],
  ] as const) test(what, () => assert.equal(outward(endpoint, body), body)) // prettier-ignore
})

test('spaces, order and numbers between stay byte for byte', () => {
  const body = `{ "max_tokens" : 1e2,\n"messages" : [ { "role":"user" , "content" : "${mail}" } ], "x" : 1.0 }`
  assert.equal(outward('message', body), body.replace(mail, mailMask))
})

test('each request of a batch, and nothing beside them', () => {
  const body = `{"requests":[{"custom_id":"${mail}","params":{"model":"m","messages":[{"role":"user","content":"${mail}"}]}},7]}`
  assert.equal(outward('batch', body), body.replace(`"content":"${mail}"`, `"content":"${mailMask}"`))
})

test('tokens are counted as they will be sent', () => {
  const body = `{"messages":[{"role":"user","content":"${mail}"}]}`
  assert.equal(outward('count', body), body.replace(mail, mailMask))
})

describe('never sent as it came', () => {
  for (const [what, endpoint, body] of [
    [
      'a batch with messages twice',
      'batch',
      `{"requests":[{"params":{"messages":[{"content":"${mail}"}],"messages":[]}}]}`,
    ],
    ['a batch with something behind it', 'batch', `{"requests":[{"params":{"messages":[{"content":"${mail}"}]}}]} x`],
    ['a batch that is no object', 'batch', `["${mail}"]`],
    ['a prompt twice', 'other', `{"prompt":"${mail}","prompt":""}`],
    ['a prompt twice, in a list', 'other', `[{"prompt":"${mail}","prompt":""}]`],
    ['a prompt behind a mark of the byte order', 'other', `\ufeff{"prompt":"${mail}"}`],
  ] as const) {
    test(what, () => {
      assert.throws(() => outward(endpoint, body), { code: 'request.malformed' })
      assert.match(whyUnreadable(endpoint, Buffer.from(body)) ?? '', /^it has JSON .* at byte \d+$/)
    })
  }
})
